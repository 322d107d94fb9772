using Nexus.ServiceDefaults;

namespace Nexus.Edge.Peeking;

internal static class PeekingHosting
{
    public static void AddPeeking(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<PeekOptions, PeekOptionsValidator>(PeekOptions.SectionName);
        builder.Services.AddSingleton<PeekSlots>();
        builder.Services.AddSingleton<PeekMetrics>();
    }
}
