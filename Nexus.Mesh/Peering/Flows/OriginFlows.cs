using Microsoft.Extensions.Options;
using Nexus.Contracts.Carriers;
using Nexus.Mesh.Peering.Links;
using Nexus.Mesh.Peering.Routes;
using Nexus.Mesh.Peering.Tunnels;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Naming;
using Nexus.ServiceDefaults;

namespace Nexus.Mesh.Peering.Flows;

/// <summary>
/// Takes UDP flows from edges and brings each to a region that serves its port. There is no word for "accepted": a peer that refuses one
/// ends it, and the user's next datagram opens another.
/// </summary>
internal sealed class OriginFlows(PeerTable table, PeerLinks links, Drain drain, IOptions<PeeringOptions> options, FlowMetrics metrics) : IFlowReception
{
    public CancellationToken Stopped => links.Stopped;

    public (IReceivedFlow? Flow, FlowEnd Refusal) Open(OpenStream? open, IFlowUser user, ulong number)
    {
        var (flow, refusal) = open is null ? (null, PeerFlowEnd.Invalid)
            : drain.IsDraining ? (null, PeerFlowEnd.Draining)
            : Open(RouteKey.ForUdpPort(open.ClaimedPort), open, user, number);
        if (flow is null) metrics.FlowRefused(TunnelSide.Origin, refusal);
        return (flow, refusal.ToFlowEnd());
    }

    private (OriginFlow? Flow, PeerFlowEnd Refusal) Open(RouteKey key, OpenStream open, IFlowUser user, ulong number)
    {
        var request = ToRequest(open, key);
        var tried = new List<PeerLink>(1);
        while (tried.Count < options.Value.MaxAttempts && table.Choose(key, tried) is { } link)
        {
            tried.Add(link);
            var flow = new OriginFlow(StreamId.New(), link.Flows, user, number);
            if (!link.TryAdd(flow)) continue;
            if (flow.TryOpen(request)) return (flow, default);
            flow.Finish();
        }

        return (null, tried.Count == 0 ? PeerFlowEnd.NoBackend : PeerFlowEnd.Full);
    }

    private static ControlMessage ToRequest(OpenStream open, RouteKey key) => new(ControlEvent.Connect, default)
    {
        Port = open.LocalPort,
        ClientAddress = open.ShownAddress,
        Transport = StreamTransport.Udp,
        Hostname = key.ToWireText(),
        TraceParent = open.TraceParent,
        TraceState = open.TraceState,
    };
}
