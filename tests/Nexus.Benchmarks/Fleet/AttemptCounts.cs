using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Nexus.Benchmarks.Fleet;

/// <summary>How the attempts of all clients of this process have ended, by their own metric.</summary>
internal sealed class AttemptCounts : IDisposable
{
    /// <summary>Stands for attempts that led to a session.</summary>
    public const string Opened = "opened";

    private const string Instrument = "nexus.client.connect.duration";
    private const string Reason = "error.type";

    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public AttemptCounts()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == Instrument) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            var reason = Opened;
            foreach (var (name, value) in tags)
            {
                if (name == Reason) reason = value as string ?? reason;
            }

            _counts.AddOrUpdate(reason, 1, (_, count) => count + 1);
        });
        _listener.Start();
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => string.Join(' ', _counts.Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Key}={count.Value}")));

    public static Dictionary<string, int> Parse(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(count => count.Split('=')).ToDictionary(count => count[0], count => int.Parse(count[1], CultureInfo.InvariantCulture));

    public void Dispose() => _listener.Dispose();
}
