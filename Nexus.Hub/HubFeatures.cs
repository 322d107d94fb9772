using Nexus.Hub.Authentication;
using Nexus.Hub.Bandwidth;
using Nexus.Hub.OrchestratorRegistration;
using Nexus.Hub.Outbound;
using Nexus.Hub.Sessions;
using Nexus.Hub.Stun;

namespace Nexus.Hub;

/// <summary>The features of a hub in groups.</summary>
internal static class HubFeatures
{
    /// <summary>Who backends are, their sessions, and what they may use.</summary>
    public static void AddBackends(this IHostApplicationBuilder builder)
    {
        builder.AddAuthentication();
        builder.AddOutbound();
        builder.AddBandwidth();
        builder.AddSessions();
    }

    /// <summary>What a hub does for its neighbourhood, beside carrying streams.</summary>
    public static void AddNeighbourhood(this IHostApplicationBuilder builder)
    {
        builder.AddStun();
        builder.AddOrchestratorRegistration();
    }
}
