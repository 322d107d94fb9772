using System.Globalization;

namespace Nexus.Client.Attestation;

/// <summary>The variables that tell an attestation command what to sign. They win over inherited and configured ones.</summary>
internal static class AttestationEnvironment
{
    public static void Apply(IDictionary<string, string?> environment, NexusTokenRequest request)
    {
        environment["NEXUS_ATTESTATION_STAGE"] = request.Stage switch
        {
            NexusTokenStage.Handshake => "handshake",
            NexusTokenStage.Attest => "attest",
            NexusTokenStage.Reauth => "reauth",
            _ => throw new ArgumentOutOfRangeException(nameof(request), request.Stage, "Unknown stage."),
        };
        environment["NEXUS_SESSION_NONCE"] = request.SessionNonce ?? "";
        environment["NEXUS_BACKEND_NAME"] = request.BackendName;
        environment["NEXUS_HOSTNAMES"] = string.Join(',', request.Hostnames);
        environment["NEXUS_WEIGHT"] = request.Weight.ToString(CultureInfo.InvariantCulture);
        environment["NEXUS_TCP_PORTS"] = Join(request.TcpPorts);
        environment["NEXUS_UDP_ROUTES"] = string.Join(',', request.UdpRoutes.Select(Format));
        environment["NEXUS_OUTBOUND_ALLOWED"] = request.OutboundAllowed ? "true" : "false";
        environment["NEXUS_ALLOWED_OUTBOUND_PORTS"] = Join(request.AllowedOutboundPorts);
    }

    private static string Join(IEnumerable<int> ports) => string.Join(',', ports.Select(port => port.ToString(CultureInfo.InvariantCulture)));

    private static string Format(NexusUdpRoute route) => route.FlowIdleTimeoutSeconds is { } timeout
        ? string.Create(CultureInfo.InvariantCulture, $"{route.Port}:{timeout}")
        : route.Port.ToString(CultureInfo.InvariantCulture);
}
