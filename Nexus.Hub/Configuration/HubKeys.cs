using Nexus.Hub.Authentication;
using Nexus.Hub.Sessions;
using Nexus.ServiceDefaults.NodeConfiguration;

namespace Nexus.Hub.Configuration;

/// <summary>What the hub takes from the node's <c>config.yaml</c>.</summary>
internal static class HubKeys
{
    private const string Outbound = "Nexus:Hub:Outbound";
    private const string Registration = "Nexus:Hub:OrchestratorRegistration";

    public static NodeKeyMap Map { get; } = new()
    {
        Service = "hub",
        Uses =
        [
            new("backendListenAddress", $"{SessionsOptions.SectionName}:{nameof(SessionsOptions.ListenAddress)}"),
            new("idleTimeoutSeconds", $"{SessionsOptions.SectionName}:{nameof(SessionsOptions.StreamIdleTimeout)}") { IsReloadable = true },
            new("backendsJWTSecret", $"{AuthenticationOptions.SectionName}:{nameof(AuthenticationOptions.Secret)}") { IsReloadable = true },
            new("backendsJWTSecrets", $"{AuthenticationOptions.SectionName}:{nameof(AuthenticationOptions.Secrets)}") { IsReloadable = true },
            new("remoteVerifierURL", $"{AuthenticationOptions.SectionName}:RemoteVerifierUrl") { IsReloadable = true },
            new("maintenanceGraceDefaultSeconds", $"{AuthenticationOptions.SectionName}:MaintenanceGraceDefault") { IsReloadable = true },
            new("allowedTCPPortClaims", $"{AuthenticationOptions.SectionName}:{nameof(AuthenticationOptions.AllowedTcpPortClaims)}") { IsReloadable = true },
            new("allowedUDPPortClaims", $"{AuthenticationOptions.SectionName}:{nameof(AuthenticationOptions.AllowedUdpPortClaims)}") { IsReloadable = true },
            new("udpFlowIdleTimeoutDefaultSeconds", $"{AuthenticationOptions.SectionName}:{nameof(AuthenticationOptions.UdpFlowIdleTimeoutDefault)}") { IsReloadable = true },
            new("udpFlowIdleTimeoutMinSeconds", $"{AuthenticationOptions.SectionName}:{nameof(AuthenticationOptions.UdpFlowIdleTimeoutMin)}") { IsReloadable = true },
            new("udpFlowIdleTimeoutMaxSeconds", $"{AuthenticationOptions.SectionName}:{nameof(AuthenticationOptions.UdpFlowIdleTimeoutMax)}") { IsReloadable = true },
            new("allowOutbound", $"{AuthenticationOptions.SectionName}:{nameof(AuthenticationOptions.AllowOutbound)}") { IsReloadable = true },
            new("allowedOutboundPorts", $"{AuthenticationOptions.SectionName}:{nameof(AuthenticationOptions.AllowedOutboundPorts)}") { IsReloadable = true },
            new("maxOutboundConnsPerBackend", $"{Outbound}:MaxConnectionsPerBackend") { IsReloadable = true },
            new("outboundDialTimeoutSeconds", $"{Outbound}:DialTimeout") { IsReloadable = true },
            new("outboundIdleTimeoutSeconds", $"{Outbound}:IdleTimeout") { IsReloadable = true },
            new("totalBandwidthMbps", "Nexus:Hub:Bandwidth:TotalMegabitsPerSecond"),
            new("stunPort", "Nexus:Hub:Stun:Port"),
            new("registrationURL", $"{Registration}:Url"),
            new("region", $"{Registration}:Region"),
        ],
        Requirements =
        [
            new(["backendListenAddress"], "is needed: where backends connect, like \":8443\"."),
            new(["backendsJWTSecret", "backendsJWTSecrets", "remoteVerifierURL"], "is needed, or a remoteVerifierURL."),
        ],
        Defaults = new Dictionary<string, string?>
        {
            ["services:mesh:grpc:0"] = "http://127.0.0.1:5021",
            ["services:certs:grpc:0"] = "http://127.0.0.1:5031",
        },
    };
}
