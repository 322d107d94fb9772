using Nexus.Hub.Bandwidth;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Bandwidth;

/// <summary>A scheduler on a clock that the test moves, and everything that it let through.</summary>
internal sealed class SimulatedLimit : IDisposable
{
    private readonly List<(long At, int Bytes)> _carried = [];

    public SimulatedLimit(int megabitsPerSecond) => Scheduler = new BandwidthScheduler(megabitsPerSecond * 125_000L, Time);

    public ManualTimeProvider Time { get; } = new();

    public BandwidthScheduler Scheduler { get; }

    public long Carried { get; private set; }

    /// <summary>Streams that send without end, each its own user of the backend.</summary>
    public SimulatedSender[] Greedy(BackendBandwidth backend, int streams, int frame = 16_401) =>
        [.. Enumerable.Range(0, streams).Select(_ => new SimulatedSender(this, backend.OpenStream().ToUser, frame).Start())];

    public void Count(int bytes)
    {
        Carried += bytes;
        _carried.Add((Time.GetTimestamp(), bytes));
    }

    public void Advance(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>The most that went out in any stretch of time of this length.</summary>
    public long MostIn(TimeSpan window)
    {
        long most = 0, sum = 0;
        var first = 0;
        foreach (var (at, bytes) in _carried)
        {
            sum += bytes;
            while (at - _carried[first].At > window.Ticks) sum -= _carried[first++].Bytes;
            most = Math.Max(most, sum);
        }

        return most;
    }

    public void Dispose() => Scheduler.Dispose();
}
