using Nexus.Contracts.Carriers;
using Nexus.Protocol.Peering;

namespace Nexus.Mesh.Peering.Flows;

internal static class PeerFlowEnds
{
    /// <summary>What a close of the other node means. Nodes of the original give no reason.</summary>
    public static PeerFlowEnd From(string? reason) => PeerCloseReasonText.Find(reason) switch
    {
        PeerCloseReason.NoBackend => PeerFlowEnd.NoBackend,
        PeerCloseReason.Full => PeerFlowEnd.Full,
        PeerCloseReason.Draining => PeerFlowEnd.Draining,
        _ => PeerFlowEnd.PeerEnded,
    };

    /// <summary>What our own side is told.</summary>
    public static FlowEnd ToFlowEnd(this PeerFlowEnd end) => end switch
    {
        PeerFlowEnd.Idle => FlowEnd.Idle,
        PeerFlowEnd.LinkLost => FlowEnd.SessionLost,
        PeerFlowEnd.NoBackend => FlowEnd.NoBackend,
        PeerFlowEnd.Full => FlowEnd.Full,
        PeerFlowEnd.Draining => FlowEnd.Stopping,
        PeerFlowEnd.Invalid => FlowEnd.Invalid,
        _ => FlowEnd.BackendEnded,
    };

    /// <summary>Whether the other node knows already, or cannot be told.</summary>
    public static bool IsOfPeer(this PeerFlowEnd end) =>
        end is PeerFlowEnd.PeerEnded or PeerFlowEnd.NoBackend or PeerFlowEnd.Full or PeerFlowEnd.Draining or PeerFlowEnd.LinkLost;
}
