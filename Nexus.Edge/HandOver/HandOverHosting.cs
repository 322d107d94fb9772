using Nexus.ServiceDefaults;

namespace Nexus.Edge.HandOver;

internal static class HandOverHosting
{
    public static void AddHandOver(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<HandOverOptions, HandOverOptionsValidator>(HandOverOptions.SectionName);
        builder.Services.AddSingleton<HandOvers>();
        builder.Services.AddHostedService(services => services.GetRequiredService<HandOvers>());
    }
}
