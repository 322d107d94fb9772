using System.Diagnostics.Metrics;

namespace Nexus.Testing;

/// <summary>
/// Records the measurements of the meters that one <see cref="IMeterFactory"/> made (so that tests running side by
/// side do not hear each other), all of them or those of one name.
/// </summary>
public sealed class MetricRecorder : IDisposable
{
    private readonly ObservedList<CollectedMeasurement> _measurements = new();
    private readonly MeterListener _listener = new();

    public MetricRecorder(IMeterFactory meters, string? meterName = null)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters) && (meterName is null || instrument.Meter.Name == meterName))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        Listen<byte>(value => value);
        Listen<short>(value => value);
        Listen<int>(value => value);
        Listen<long>(value => value);
        Listen<float>(value => value);
        Listen<double>(value => value);
        Listen<decimal>(value => (double)value);
        _listener.Start();
    }

    /// <summary>All measurements of an instrument in the order of their arrival.</summary>
    public IReadOnlyList<CollectedMeasurement> Of(string instrument) =>
        [.. _measurements.Items.Where(measurement => measurement.Instrument == instrument)];

    /// <summary>The sum of a counter (or of an up-down counter: its present value), over the measurements that have these tags.</summary>
    public double Sum(string instrument, params (string Name, object? Value)[] tags) =>
        SumOf(_measurements.Items, instrument, tags);

    /// <summary>The last value of an observable instrument, read now; null when it gave none.</summary>
    public double? Observe(string instrument, params (string Name, object? Value)[] tags)
    {
        var before = Of(instrument).Count;
        _listener.RecordObservableInstruments();
        return Of(instrument).Skip(before).LastOrDefault(measurement => measurement.HasTags(tags))?.Value;
    }

    /// <summary>Completes when <see cref="Sum"/> is the value given.</summary>
    public Task WaitForSumAsync(string instrument, double sum, params (string Name, object? Value)[] tags) =>
        _measurements.WaitForAsync(
            items => SumOf(items, instrument, tags).Equals(sum) ? this : null,
            () => $"The sum of {instrument} is {Sum(instrument, tags)}, not {sum}.",
            CancellationToken.None);

    /// <summary>Completes when <see cref="Sum"/> is the value given, or more.</summary>
    public Task WaitForAtLeastAsync(string instrument, double sum, params (string Name, object? Value)[] tags) =>
        _measurements.WaitForAsync(
            items => SumOf(items, instrument, tags) >= sum ? this : null,
            () => $"The sum of {instrument} is {Sum(instrument, tags)}, below {sum}.",
            CancellationToken.None);

    /// <summary>The first measurement that matches, already there or still to come.</summary>
    public Task<CollectedMeasurement> WaitForAsync(string instrument, params (string Name, object? Value)[] tags) =>
        _measurements.WaitForAsync(
            items => items.FirstOrDefault(item => item.Instrument == instrument && item.HasTags(tags)),
            () => $"No such measurement of {instrument}. There were: {string.Join(", ", Of(instrument))}",
            CancellationToken.None);

    public void Dispose() => _listener.Dispose();

    private static double SumOf(IReadOnlyList<CollectedMeasurement> items, string instrument, (string Name, object? Value)[] tags) =>
        items.Where(item => item.Instrument == instrument && item.HasTags(tags)).Sum(item => item.Value);

    private void Listen<T>(Func<T, double> convert)
        where T : struct =>
        _listener.SetMeasurementEventCallback<T>((instrument, value, tags, _) =>
        {
            var named = new Dictionary<string, object?>();
            foreach (var (name, tag) in tags) named[name] = tag;
            _measurements.Add(new CollectedMeasurement(instrument.Name, convert(value), named));
        });
}
