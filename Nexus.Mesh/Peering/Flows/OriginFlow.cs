using Nexus.Contracts.Carriers;
using Nexus.Mesh.Peering.Tunnels;
using Nexus.Protocol.Backend;

namespace Nexus.Mesh.Peering.Flows;

/// <summary>A flow of a user of ours. When it is idle is the edge's to decide.</summary>
internal sealed class OriginFlow(StreamId id, LinkFlows link, IFlowUser user, ulong number) : PeerFlow(id, TunnelSide.Origin, link), IReceivedFlow
{
    private FlowShare _share;

    /// <summary>Queues the request; false when there is no room for it or the flow has ended meanwhile, of which the user is not told.</summary>
    public bool TryOpen(in ControlMessage request) => TryRequest(request with { StreamId = Id }) && MarkOpen();

    public void Send(ReadOnlySpan<byte> datagram) => SendToPeer(datagram);

    public void Finish() => End(PeerFlowEnd.LocalEnded);

    protected override bool TryDeliver(ReadOnlySpan<byte> datagram) => user.TrySend(number, ref _share, datagram);

    protected override void EndLocal(PeerFlowEnd end) => user.End(number, end.ToFlowEnd());
}
