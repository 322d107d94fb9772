using Nexus.ServiceDefaults;

namespace Nexus.Hub.Bandwidth;

internal static class BandwidthHosting
{
    public static void AddBandwidth(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<BandwidthOptions, BandwidthOptionsValidator>(BandwidthOptions.SectionName);
        builder.Services.AddSingleton<HubBandwidth>();
        builder.Services.AddSingleton<BandwidthMetrics>();
        builder.Services.AddHostedService<BandwidthWatch>();
    }
}
