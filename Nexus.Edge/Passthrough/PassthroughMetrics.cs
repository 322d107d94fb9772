using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Nexus.Edge.Passthrough;

internal sealed class PassthroughMetrics
{
    private static readonly InstrumentAdvice<double> s_lifetimes = new() { HistogramBucketBoundaries = [0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1_800, 3_600, 86_400] };

    private readonly Histogram<double> _duration;
    private readonly Counter<long> _closed;
    private readonly Counter<long> _bytes;

    public PassthroughMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Nexus.Edge");
        _closed = meter.CreateCounter<long>("nexus.edge.connections", "{connection}", "Connections of relay ports that ended, by error.type.");
        _duration = meter.CreateHistogram<double>("nexus.edge.connection.duration", "s", "Life of a connection of a relay port.", advice: s_lifetimes);
        _bytes = meter.CreateCounter<long>("nexus.edge.relayed_bytes", "By", "Payload relayed, first bytes included.");
    }

    public void Closed(CloseReason reason, TimeSpan lifetime)
    {
        var tags = new TagList();
        if (reason.ToErrorType() is { } errorType) tags.Add("error.type", errorType);
        _closed.Add(1, tags);
        _duration.Record(lifetime.TotalSeconds, tags);
    }

    public void Relayed(long toBackend, long toUser)
    {
        if (toBackend > 0) _bytes.Add(toBackend, new KeyValuePair<string, object?>("network.io.direction", "receive"));
        if (toUser > 0) _bytes.Add(toUser, new KeyValuePair<string, object?>("network.io.direction", "transmit"));
    }
}
