using System.Diagnostics;
using System.Diagnostics.Metrics;
using Nexus.Hub.Observing;
using Nexus.ServiceDefaults;

namespace Nexus.Hub.Outbound;

/// <summary>Counts of outbound connections. All tag values come from enums.</summary>
internal sealed class OutboundMetrics
{
    private static readonly InstrumentAdvice<double> s_dialTimes = new() { HistogramBucketBoundaries = [0.005, 0.02, 0.1, 0.3, 1, 3, 10] };

    private readonly Counter<long> _requests;
    private readonly Histogram<double> _dialDuration;
    private readonly UpDownCounter<long> _dialing;
    private readonly UpDownCounter<long> _active;

    public OutboundMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(HubMeter.Name);
        _requests = meter.CreateCounter<long>("nexus.hub.outbound.requests", "{request}", "Requests of backends to dial, by result.");
        _dialDuration = meter.CreateHistogram("nexus.hub.outbound.dial.duration", "s", "Time to connect, looking up the name included.", advice: s_dialTimes);
        _dialing = meter.CreateUpDownCounter<long>("nexus.hub.outbound.dialing", "{connection}", "Connections being dialled.");
        _active = meter.CreateUpDownCounter<long>("nexus.hub.outbound.active", "{connection}", "Outbound connections now open.");
    }

    /// <summary>A request that was not dialled.</summary>
    public void Refused(OutboundRefusal refusal) => _requests.Add(1, new KeyValuePair<string, object?>("result", EnumWord.Of(refusal)));

    public void DialBegan() => _dialing.Add(1);

    /// <param name="refusal">Null: connected.</param>
    /// <param name="duration">Of the dial.</param>
    public void DialEnded(OutboundRefusal? refusal, TimeSpan duration)
    {
        _dialing.Add(-1);
        _requests.Add(1, new KeyValuePair<string, object?>("result", refusal is { } why ? EnumWord.Of(why) : "connected"));
        var tags = new TagList();
        if (refusal is { } failure) tags.Add("error.type", EnumWord.Of(failure));
        _dialDuration.Record(duration.TotalSeconds, tags);
    }

    public void Opened() => _active.Add(1);

    public void Closed() => _active.Add(-1);
}
