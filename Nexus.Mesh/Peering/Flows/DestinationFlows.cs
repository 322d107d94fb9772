using Microsoft.Extensions.Options;
using Nexus.Contracts.Carriers;
using Nexus.Mesh.Directory;
using Nexus.Mesh.Peering.Links;
using Nexus.Mesh.Peering.Tunnels;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Peering.Flows;

/// <summary>Takes other regions' UDP flows from peers and brings each to a hub of this region, whose backend knows it by the same id.</summary>
internal sealed class DestinationFlows(RequestCheck requests, RouteDirectory directory, HubTurns turns, HubFlows hubs, IOptions<PeeringOptions> options, FlowMetrics metrics, TimeProvider time)
{
    /// <summary>Whether a request is for one.</summary>
    public static bool IsMeant(in ControlMessage request) => request.Hostname?.StartsWith("udp:", StringComparison.Ordinal) == true;

    /// <summary>Called on the link's receive loop, and waits for nothing.</summary>
    public void Take(PeerLink link, in ControlMessage request)
    {
        if (requests.Check(request, out var key) is { } refusal)
        {
            Refuse(link, request.StreamId, refusal);
            return;
        }

        var routes = directory.Local.Current.Find(key);
        var asked = routes.Select(route => route.Terms.FlowIdleMilliseconds).DefaultIfEmpty().Max();
        var flow = new DestinationFlow(request.StreamId, link.Flows, TimeSpan.FromMilliseconds(Math.Max(asked, options.Value.FlowIdleTimeout.TotalMilliseconds)), time);
        if (!link.TryAdd(flow))
        {
            if (!link.TryReset(request.StreamId)) Refuse(link, request.StreamId, TunnelEnd.Full);
            return;
        }

        var open = ToOpen(request, key);
        foreach (var hub in turns.Order(routes).Take(options.Value.MaxAttempts))
        {
            if (hubs.TryOpen(hub, flow, open) is not { } called) continue;
            flow.Begin(called);
            return;
        }

        metrics.FlowRefused(TunnelSide.Destination, PeerFlowEnd.NoBackend);
        flow.End(PeerFlowEnd.LocalEnded);
    }

    private void Refuse(PeerLink link, StreamId id, TunnelEnd refusal)
    {
        link.Refuse(id, refusal);
        metrics.FlowRefused(TunnelSide.Destination, refusal switch
        {
            TunnelEnd.Draining => PeerFlowEnd.Draining,
            TunnelEnd.Full => PeerFlowEnd.Full,
            _ => PeerFlowEnd.NoBackend,
        });
    }

    private static OpenStream ToOpen(in ControlMessage request, RouteKey key) => new()
    {
        FlowId = request.StreamId,
        ClientAddress = request.ClientAddress ?? "",
        LocalPort = request.Port,
        ClaimedPort = key.Port,
        Transport = StreamTransport.Udp,
        TraceParent = request.TraceParent ?? "",
        TraceState = request.TraceState ?? "",
    };
}
