using System.Diagnostics.Metrics;
using Nexus.Mesh.Peering.Links;
using Nexus.Mesh.Peering.Tunnels;
using Nexus.ServiceDefaults;

namespace Nexus.Mesh.Peering;

internal sealed class PeeringMetrics
{
    private readonly UpDownCounter<long> _peers;
    private readonly UpDownCounter<long> _links;
    private readonly Counter<long> _linkEnds;
    private readonly UpDownCounter<long> _tunnels;
    private readonly Histogram<double> _durations;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _bytes;
    private readonly UpDownCounter<long> _leftOut;

    public PeeringMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Nexus.Mesh");
        _peers = meter.CreateUpDownCounter<long>("nexus.mesh.peers", "{peer}", "Addresses of peers that are dialled: configured, or found in Redis.");
        _links = meter.CreateUpDownCounter<long>("nexus.mesh.links", "{link}", "Connections to peers.");
        _linkEnds = meter.CreateCounter<long>("nexus.mesh.link.ends", "{link}", "Connections to peers that are over.");
        _tunnels = meter.CreateUpDownCounter<long>("nexus.mesh.tunnels", "{tunnel}", "Users of other regions' backends, and other regions' users of ours.");
        _durations = meter.CreateHistogram<double>("nexus.mesh.tunnel.duration", "s", "How long tunnels lived.");
        _refusals = meter.CreateCounter<long>("nexus.mesh.tunnel.refusals", "{tunnel}", "Users who were not taken.");
        _bytes = meter.CreateCounter<long>("nexus.mesh.tunnel.bytes", "By", "Bytes of tunnels that have ended.");
        _leftOut = meter.CreateUpDownCounter<long>("nexus.mesh.routes.left_out", "{route}", "Route keys of peers for which there is no room.");
    }

    public void DiallingBegan() => _peers.Add(1);

    public void DiallingEnded() => _peers.Add(-1);

    public void LinkBegan(bool isOutgoing) => _links.Add(1, new KeyValuePair<string, object?>("nexus.direction", Direction(isOutgoing)));

    public void LinkEnded(bool isOutgoing, PeerLinkEnd end)
    {
        _links.Add(-1, new KeyValuePair<string, object?>("nexus.direction", Direction(isOutgoing)));
        _linkEnds.Add(1, new("nexus.direction", Direction(isOutgoing)), new("nexus.end", EnumWord.Of(end)));
    }

    public void TunnelBegan(TunnelSide side) => _tunnels.Add(1, new KeyValuePair<string, object?>("nexus.side", EnumWord.Of(side)));

    public void TunnelEnded(TunnelSide side, TunnelEnd end, TimeSpan duration, Tunnel tunnel)
    {
        var tag = new KeyValuePair<string, object?>("nexus.side", EnumWord.Of(side));
        _tunnels.Add(-1, tag);
        _durations.Record(duration.TotalSeconds, tag, new("nexus.end", EnumWord.Of(end)));
        _bytes.Add(tunnel.BytesSent, tag, new("network.io.direction", "transmit"));
        _bytes.Add(tunnel.BytesReceived, tag, new("network.io.direction", "receive"));
    }

    public void TunnelRefused(TunnelSide side, TunnelEnd end) => _refusals.Add(1, new("nexus.side", EnumWord.Of(side)), new("nexus.end", EnumWord.Of(end)));

    public void RoutesLeftOut(int more) => _leftOut.Add(more);

    private static string Direction(bool isOutgoing) => isOutgoing ? "outgoing" : "incoming";
}
