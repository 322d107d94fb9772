using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Nexus.Edge.Datagrams;

/// <summary>Counts of the UDP relay ports. All tag values come from enums.</summary>
internal sealed class DatagramsMetrics
{
    private static readonly KeyValuePair<string, object?> s_fromUsers = new("nexus.edge.direction", "from_user");
    private static readonly KeyValuePair<string, object?> s_toUsers = new("nexus.edge.direction", "to_user");

    private readonly UpDownCounter<long> _active;
    private readonly Counter<long> _flows;
    private readonly Counter<long> _passed;
    private readonly Counter<long> _dropped;

    public DatagramsMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Nexus.Edge");
        _active = meter.CreateUpDownCounter<long>("nexus.edge.active_flows", "{flow}", "UDP flows now open, on all ports.");
        _flows = meter.CreateCounter<long>("nexus.edge.flows", "{flow}", "UDP flows by how they ended.");
        _passed = meter.CreateCounter<long>("nexus.edge.datagrams", "{datagram}", "Datagrams passed on.");
        _dropped = meter.CreateCounter<long>("nexus.edge.datagrams.dropped", "{datagram}", "Datagrams that were not, by why.");
    }

    public void FlowOpened() => _active.Add(1);

    public void FlowClosed(FlowClose close)
    {
        _active.Add(-1);
        _flows.Add(1, new KeyValuePair<string, object?>("nexus.edge.end", close.ToWord()));
    }

    public void Passed(bool fromUser) => _passed.Add(1, fromUser ? s_fromUsers : s_toUsers);

    public void Dropped(bool fromUser, DatagramDrop drop)
    {
        var tags = new TagList { fromUser ? s_fromUsers : s_toUsers, new("error.type", ToWord(drop)) };
        _dropped.Add(1, tags);
    }

    private static string ToWord(DatagramDrop drop) => drop switch
    {
        DatagramDrop.Oversize => "oversize",
        DatagramDrop.NoRoute => "no_route",
        DatagramDrop.NoTarget => "no_target",
        DatagramDrop.QueueFull => "queue_full",
        DatagramDrop.SendFailed => "send_failed",
        _ => throw new ArgumentOutOfRangeException(nameof(drop), drop, null),
    };
}
