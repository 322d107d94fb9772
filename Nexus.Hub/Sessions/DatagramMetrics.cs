using System.Diagnostics.Metrics;
using Nexus.Contracts.Carriers;
using Nexus.Hub.Observing;
using Nexus.ServiceDefaults;

namespace Nexus.Hub.Sessions;

/// <summary>Counts of UDP flows on the meter "Nexus.Hub". All tag values come from enums.</summary>
internal sealed class DatagramMetrics
{
    private readonly UpDownCounter<long> _active;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _passed;
    private readonly Counter<long> _dropped;

    public DatagramMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(HubMeter.Name);
        _active = meter.CreateUpDownCounter<long>("nexus.hub.active_flows", "{flow}", "UDP flows now open.");
        _refused = meter.CreateCounter<long>("nexus.hub.flows.refused", "{flow}", "UDP flows that were not taken.");
        _passed = meter.CreateCounter<long>("nexus.hub.datagrams", "{datagram}", "Datagrams passed on.");
        _dropped = meter.CreateCounter<long>("nexus.hub.datagrams.dropped", "{datagram}", "Datagrams dropped: no room in the receiver's queue, or over the bandwidth limit.");
    }

    public void FlowBegan() => _active.Add(1);

    public void FlowEnded() => _active.Add(-1);

    public void FlowRefused(FlowEnd refusal) => _refused.Add(1, new KeyValuePair<string, object?>("reason", EnumWord.Of(refusal)));

    public void Passed(DatagramDirection direction, bool isPassed) =>
        (isPassed ? _passed : _dropped).Add(1, new KeyValuePair<string, object?>("direction", EnumWord.Of(direction)));
}
