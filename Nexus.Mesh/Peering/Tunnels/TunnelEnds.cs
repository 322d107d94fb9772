using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.Peering;

namespace Nexus.Mesh.Peering.Tunnels;

internal static class TunnelEnds
{
    /// <summary>What the other node is told.</summary>
    public static PeerCloseReason ToReason(this TunnelEnd end) => end switch
    {
        TunnelEnd.Completed => PeerCloseReason.Orderly,
        TunnelEnd.DialFailed => PeerCloseReason.DialFailed,
        TunnelEnd.NoBackend => PeerCloseReason.NoBackend,
        TunnelEnd.Full => PeerCloseReason.Full,
        TunnelEnd.Draining => PeerCloseReason.Draining,
        _ => PeerCloseReason.Reset,
    };

    /// <summary>What its reason means before it has accepted. Nodes of the original give none.</summary>
    public static TunnelEnd ToRefusal(PeerCloseReason? reason) => reason switch
    {
        PeerCloseReason.DialFailed => TunnelEnd.DialFailed,
        PeerCloseReason.Full => TunnelEnd.Full,
        PeerCloseReason.Draining => TunnelEnd.Draining,
        _ => TunnelEnd.NoBackend,
    };

    public static TunnelEnd ToEnd(this StreamStandstill still) => still switch
    {
        StreamStandstill.HalfClosedIdle => TunnelEnd.HalfClosedIdle,
        StreamStandstill.SinkStalled => TunnelEnd.Stalled,
        _ => TunnelEnd.Idle,
    };
}
