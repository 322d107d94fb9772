using System.Diagnostics.Metrics;

namespace Nexus.Edge.Peeking;

internal sealed class PeekMetrics
{
    private readonly UpDownCounter<long> _inFlight;
    private readonly Histogram<double> _duration;

    public PeekMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Nexus.Edge");
        _inFlight = meter.CreateUpDownCounter<long>("nexus.edge.peeks_in_flight", "{connection}", "Connections whose first bytes are being read.");
        _duration = meter.CreateHistogram<double>("nexus.edge.peek.duration", "s", "From accept to the verdict on the first bytes.");
    }

    public void Started() => _inFlight.Add(1);

    public void Ended(TimeSpan duration)
    {
        _inFlight.Add(-1);
        _duration.Record(duration.TotalSeconds);
    }
}
