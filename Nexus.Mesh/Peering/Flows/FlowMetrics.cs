using System.Diagnostics.Metrics;
using Nexus.Mesh.Peering.Tunnels;
using Nexus.ServiceDefaults;

namespace Nexus.Mesh.Peering.Flows;

/// <summary>Counts of UDP flows between regions on the meter "Nexus.Mesh". All tag values come from enums.</summary>
internal sealed class FlowMetrics
{
    private static readonly KeyValuePair<string, object?> s_toPeer = new("network.io.direction", "transmit");
    private static readonly KeyValuePair<string, object?> s_fromPeer = new("network.io.direction", "receive");

    private readonly UpDownCounter<long> _active;
    private readonly Counter<long> _ends;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _passed;
    private readonly Counter<long> _dropped;

    public FlowMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Nexus.Mesh");
        _active = meter.CreateUpDownCounter<long>("nexus.mesh.active_flows", "{flow}", "UDP flows with other regions now open.");
        _ends = meter.CreateCounter<long>("nexus.mesh.flow.ends", "{flow}", "UDP flows with other regions that are over.");
        _refused = meter.CreateCounter<long>("nexus.mesh.flow.refusals", "{flow}", "UDP flows that were not taken.");
        _passed = meter.CreateCounter<long>("nexus.mesh.datagrams", "{datagram}", "Datagrams passed on, to peers and from them.");
        _dropped = meter.CreateCounter<long>("nexus.mesh.datagrams.dropped", "{datagram}", "Datagrams dropped: no room in the receiver's queue.");
    }

    public void FlowBegan(TunnelSide side) => _active.Add(1, Side(side));

    public void FlowEnded(TunnelSide side, PeerFlowEnd end)
    {
        _active.Add(-1, Side(side));
        _ends.Add(1, Side(side), new("nexus.end", EnumWord.Of(end)));
    }

    public void FlowRefused(TunnelSide side, PeerFlowEnd end) => _refused.Add(1, Side(side), new("nexus.end", EnumWord.Of(end)));

    public void Passed(bool toPeer, bool isPassed) => (isPassed ? _passed : _dropped).Add(1, toPeer ? s_toPeer : s_fromPeer);

    private static KeyValuePair<string, object?> Side(TunnelSide side) => new("nexus.side", EnumWord.Of(side));
}
