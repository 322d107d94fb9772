using Nexus.Fuzzing.Targets;

namespace Nexus.Fuzzing;

/// <summary>Every parser that reads a stranger's bytes.</summary>
public static class FuzzTargets
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        FirstBytesTargets.ClientHello, FirstBytesTargets.HttpHead,
        FrameTargets.FromClients, FrameTargets.FromServers, FrameTargets.FromPeers,
        MessageTargets.Control, MessageTargets.Challenge, MessageTargets.Token, MessageTargets.Claims, MessageTargets.Names, MessageTargets.CommandOutput,
        PeerTargets.Texts, PeerTargets.Binaries,
        ProxyTargets.Header,
        HubTargets.KeySet, HubTargets.VerifierAnswers, HubTargets.OutboundTargets, CarrierTargets.Datagrams, HandOverTargets.Messages, StunTargets.Requests,
        ConfigurationTargets.Yaml, AcmeTargets.Answers, AcmeTargets.Fields, AcmeTargets.Chains,
    ];
}
