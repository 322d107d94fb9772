using Nexus.Protocol.Naming;

namespace Nexus.Client.Configuration;

/// <summary>A backend as the client uses it: validated, normalised, and no longer changed by anybody.</summary>
internal sealed record BackendDefinition
{
    public required string Name { get; init; }

    public required IReadOnlyList<string> Hostnames { get; init; }

    public required IReadOnlyList<int> TcpPorts { get; init; }

    public required IReadOnlyList<NexusUdpRoute> UdpRoutes { get; init; }

    public required int Weight { get; init; }

    public required bool OutboundAllowed { get; init; }

    public required IReadOnlyList<int> AllowedOutboundPorts { get; init; }

    public required NexusFlowControlOptions FlowControl { get; init; }

    public required NexusHealthCheckOptions HealthChecks { get; init; }

    public static BackendDefinition From(NexusBackendOptions options) => new()
    {
        Name = options.Name,
        Hostnames = [.. options.Hostnames.Select(HostName.Normalize).Distinct(StringComparer.Ordinal)],
        TcpPorts = [.. options.TcpPorts.Distinct()],
        UdpRoutes = [.. options.UdpRoutes.Select(route => new NexusUdpRoute { Port = route.Port, FlowIdleTimeoutSeconds = route.FlowIdleTimeoutSeconds })],
        Weight = Math.Max(1, options.Weight),
        OutboundAllowed = options.Attestation.OutboundAllowed,
        AllowedOutboundPorts = [.. options.Attestation.AllowedOutboundPorts],
        FlowControl = options.FlowControl.WithDefaults(),
        HealthChecks = options.HealthChecks.WithDefaults(),
    };

    public NexusTokenRequest CreateTokenRequest(NexusTokenStage stage, string? sessionNonce) => new()
    {
        Stage = stage,
        SessionNonce = sessionNonce,
        BackendName = Name,
        Hostnames = Hostnames,
        TcpPorts = TcpPorts,
        UdpRoutes = UdpRoutes,
        Weight = Weight,
        OutboundAllowed = OutboundAllowed,
        AllowedOutboundPorts = AllowedOutboundPorts,
    };
}
