using Nexus.Contracts.Carriers;
using Nexus.Mesh.Peering.Tunnels;
using Nexus.Protocol.Backend;

namespace Nexus.Mesh.Peering.Flows;

/// <summary>A flow of another region's user. Its origin ends it when it is idle; one that has lost it must not keep it here for ever.</summary>
internal sealed class DestinationFlow(StreamId id, LinkFlows link, TimeSpan idleTimeout, TimeProvider time) : PeerFlow(id, TunnelSide.Destination, link), IFlowReplies
{
    private volatile CalledFlow? _hub;
    private long _lastActive = time.GetTimestamp();

    /// <summary>A hub has it; false when it has ended meanwhile, and the hub was told.</summary>
    public bool Begin(CalledFlow hub)
    {
        _hub = hub;
        if (MarkOpen()) return true;
        hub.End(FlowEnd.Idle);
        return false;
    }

    public override void OnData(ReadOnlySpan<byte> datagram)
    {
        Volatile.Write(ref _lastActive, time.GetTimestamp());
        base.OnData(datagram);
    }

    public override void OnTick()
    {
        if (time.GetElapsedTime(Volatile.Read(ref _lastActive)) >= idleTimeout) End(PeerFlowEnd.Idle);
    }

    void IFlowReplies.OnReply(ReadOnlySpan<byte> datagram)
    {
        Volatile.Write(ref _lastActive, time.GetTimestamp());
        SendToPeer(datagram);
    }

    void IFlowReplies.OnEnd(FlowEnd end) => End(PeerFlowEnd.LocalEnded);

    protected override bool TryDeliver(ReadOnlySpan<byte> datagram) => _hub?.TrySend(datagram) == true;

    protected override void EndLocal(PeerFlowEnd end) => _hub?.End(FlowEnd.Idle);
}
