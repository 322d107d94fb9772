using Nexus.Mesh.Peering.Tunnels;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Mesh.Peering.Flows;

/// <summary>
/// One user's UDP flow inside a link (spec/node.md §5.8), at either end. It has no task and no buffer: datagrams go from the one side's
/// reader straight into the other side's queue, or are dropped.
/// </summary>
internal abstract class PeerFlow(StreamId id, TunnelSide side, LinkFlows link)
{
    private const int Opening = 0;
    private const int Open = 1;
    private const int Ended = 2;

    private readonly DatagramStream _stream = new(id);
    private int _state;

    public StreamId Id => _stream.StreamId;

    public bool IsEnded => Volatile.Read(ref _state) == Ended;

    protected LinkFlows Link => link;

    /// <summary>A datagram that the link has brought.</summary>
    public virtual void OnData(ReadOnlySpan<byte> datagram) => link.Metrics.Passed(toPeer: false, TryDeliver(datagram));

    /// <summary>Once per second.</summary>
    public virtual void OnTick()
    {
    }

    /// <summary>The first end counts: the other node is told unless it knows, and so is our own side.</summary>
    public void End(PeerFlowEnd end)
    {
        var before = Interlocked.Exchange(ref _state, Ended);
        if (before == Ended) return;
        link.Close(this, _stream, isTold: !end.IsOfPeer());
        if (before != Open) return; // whoever opens it learns that from MarkOpen
        link.Metrics.FlowEnded(side, end);
        if (end != PeerFlowEnd.LocalEnded) EndLocal(end);
    }

    /// <summary>At the origin: queues the request; false when there is no room, and nothing was said.</summary>
    protected bool TryRequest(in ControlMessage request) => link.Queue.TryOpen(_stream, request);

    /// <summary>Both sides know it; false when it has ended meanwhile, of which our own side was not told.</summary>
    protected bool MarkOpen()
    {
        link.Metrics.FlowBegan(side);
        var before = Interlocked.CompareExchange(ref _state, Open, Opening);
        if (before != Opening) link.Metrics.FlowEnded(side, PeerFlowEnd.PeerEnded);
        return before == Opening;
    }

    /// <summary>A datagram of our own side.</summary>
    protected void SendToPeer(ReadOnlySpan<byte> datagram) => link.Metrics.Passed(toPeer: true, link.Queue.TrySend(_stream, datagram));

    protected abstract bool TryDeliver(ReadOnlySpan<byte> datagram);

    protected abstract void EndLocal(PeerFlowEnd end);
}
