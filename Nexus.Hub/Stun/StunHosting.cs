using Nexus.ServiceDefaults;

namespace Nexus.Hub.Stun;

internal static class StunHosting
{
    public static void AddStun(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<StunOptions, StunOptionsValidator>(StunOptions.SectionName);
        builder.Services.AddSingleton<StunMetrics>();
        builder.Services.AddSingleton<StunResponder>();
        builder.Services.AddHostedService<StunServer>();
    }
}
