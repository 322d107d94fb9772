using Nexus.ServiceDefaults;

namespace Nexus.Edge.PlainHttp;

internal static class PlainHttpHosting
{
    public static void AddPlainHttp(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<PlainHttpOptions, PlainHttpOptionsValidator>(PlainHttpOptions.SectionName);
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<PlainHttpMetrics>();
        builder.Services.AddSingleton<PlainHttpApplication>();
        builder.Services.AddSingleton<PlainHttpServer>();
        builder.Services.AddHostedService(services => services.GetRequiredService<PlainHttpServer>());
    }
}
