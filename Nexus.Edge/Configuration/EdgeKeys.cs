using Nexus.Edge.Challenges;
using Nexus.Edge.Listening;
using Nexus.Edge.Passthrough;
using Nexus.Edge.Peeking;
using Nexus.Edge.PlainHttp;
using Nexus.ServiceDefaults.NodeConfiguration;

namespace Nexus.Edge.Configuration;

/// <summary>What the edge takes from the node's <c>config.yaml</c>.</summary>
internal static class EdgeKeys
{
    private const string Datagrams = "Nexus:Edge:Datagrams";

    public static NodeKeyMap Map { get; } = new()
    {
        Service = "edge",
        Uses =
        [
            new("relayPorts", $"{ListeningOptions.SectionName}:{nameof(ListeningOptions.RelayPorts)}"),
            new("plainHTTPPort", $"{PlainHttpOptions.SectionName}:{nameof(PlainHttpOptions.Port)}"),
            new("idleTimeoutSeconds", $"{PassthroughOptions.SectionName}:{nameof(PassthroughOptions.IdleTimeout)}") { IsReloadable = true },
            new("peekTimeouts.firstByteSeconds", $"{PeekOptions.SectionName}:{nameof(PeekOptions.FirstByte)}") { IsReloadable = true },
            new("peekTimeouts.idleExtensionSeconds", $"{PeekOptions.SectionName}:{nameof(PeekOptions.IdleExtension)}") { IsReloadable = true },
            new("peekTimeouts.absoluteMaxSeconds", $"{PeekOptions.SectionName}:{nameof(PeekOptions.AbsoluteMax)}") { IsReloadable = true },
            new("maxConcurrentPeeks", $"{PeekOptions.SectionName}:{nameof(PeekOptions.MaxConcurrentPeeks)}") { IsReloadable = true },
            new("udpRelayPorts", $"{Datagrams}:Ports"),
            new("udpMaxFlows", $"{Datagrams}:MaxFlows"),
            new("udpMaxDatagramBytes", $"{Datagrams}:MaxDatagramBytes"),
            new("hubPublicHostname", $"{ChallengeOptions.SectionName}:{nameof(ChallengeOptions.Hostname)}"),
            new("udpFlowIdleTimeoutDefaultSeconds", $"{Datagrams}:FlowIdleTimeout"),
        ],
        Requirements = [new(["relayPorts"], "there must be at least one port.")],
        Defaults = new Dictionary<string, string?> { ["services:mesh:grpc:0"] = "http://127.0.0.1:5021", ["services:certs:grpc:0"] = "http://127.0.0.1:5031" },
    };
}
