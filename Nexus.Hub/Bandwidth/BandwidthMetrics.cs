using System.Diagnostics.Metrics;
using Nexus.Hub.Observing;

namespace Nexus.Hub.Bandwidth;

/// <summary>What the limit does, in the meter "Nexus.Hub". Everything is read when asked for: frames pay nothing.</summary>
internal sealed class BandwidthMetrics(IMeterFactory meters)
{
    private long _reported;

    /// <summary>Once; without a limit there are no such instruments.</summary>
    public void Observe(BandwidthScheduler scheduler)
    {
        var meter = meters.Create(HubMeter.Name);
        meter.CreateObservableGauge("nexus.hub.bandwidth.limit", () => scheduler.BytesPerSecond, "By/s", "What the hub may carry, both directions together.");
        meter.CreateObservableCounter("nexus.hub.bandwidth.used", () => Used(scheduler), "By", "Bytes carried under the limit, frame headers included.");
        meter.CreateObservableGauge("nexus.hub.bandwidth.waiting", () => scheduler.Waiting, "{stream}", "Directions of streams that wait for their turn.");
        meter.CreateObservableCounter("nexus.hub.bandwidth.waits", () => scheduler.Waits, "{wait}", "Times that a stream had to wait.");
        meter.CreateObservableCounter("nexus.hub.bandwidth.dropped", () => scheduler.Dropped, "{datagram}", "Datagrams over the limit.");
    }

    /// <summary>What is taken for a frame not read yet is given back in part: a counter does not go down for that.</summary>
    private long Used(BandwidthScheduler scheduler) => _reported = Math.Max(_reported, scheduler.Charged);
}
