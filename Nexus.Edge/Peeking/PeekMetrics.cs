using System.Diagnostics.Metrics;

namespace Nexus.Edge.Peeking;

internal sealed class PeekMetrics
{
    private static readonly InstrumentAdvice<double> s_waits = new() { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 15, 30] };

    private readonly UpDownCounter<long> _inFlight;
    private readonly Histogram<double> _duration;

    public PeekMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Nexus.Edge");
        _inFlight = meter.CreateUpDownCounter<long>("nexus.edge.peeks_in_flight", "{connection}", "Connections whose first bytes are being read.");
        _duration = meter.CreateHistogram<double>("nexus.edge.peek.duration", "s", "From accept to the verdict on the first bytes.", advice: s_waits);
    }

    public void Started() => _inFlight.Add(1);

    public void Ended(TimeSpan duration)
    {
        _inFlight.Add(-1);
        _duration.Record(duration.TotalSeconds);
    }
}
