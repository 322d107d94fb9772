using Nexus.ServiceDefaults;

namespace Nexus.Edge.Listening;

internal static class ListeningHosting
{
    public static void AddListening(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<ListeningOptions, ListeningOptionsValidator>(ListeningOptions.SectionName);
        builder.Services.AddSingleton<ListeningMetrics>();
        builder.Services.AddSingleton<ConnectionLimiter>();
        builder.Services.AddSingleton<RelayListener>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RelayListener>());
    }
}
