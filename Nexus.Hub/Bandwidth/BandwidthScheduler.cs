using System.Diagnostics.CodeAnalysis;
using Nexus.Protocol.Backend;

namespace Nexus.Hub.Bandwidth;

/// <summary>
/// Splits one budget for both directions evenly between the backends that want to send, and each backend's part evenly
/// between its streams (spec/node.md §7). While nobody waits, who asks gets; as soon as somebody does, all take turns.
/// Who wants nothing has no turn, so its part is the others' at once. One timer, whatever the number of those who wait.
/// </summary>
internal sealed class BandwidthScheduler : IDisposable
{
    private const int LargestFrame = DataFrame.MaxMessageSize;

    /// <summary>Even at 1 Mbit/s a whole frame passes at once (spec/node.md §18, 132).</summary>
    private const int MinBurst = 131_072;

    private static readonly TimeSpan s_burst = TimeSpan.FromMilliseconds(20);

    /// <summary>Timers are no finer than that.</summary>
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly ShareNode _all = new(parent: null, quantum: 0);
    private readonly ByteBucket _bucket;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long? _dueAt; // when the timer fires
    private long _charged;
    private long _waits;
    private long _dropped;
    private int _waiting;

    public BandwidthScheduler(long bytesPerSecond, TimeProvider time)
    {
        BytesPerSecond = bytesPerSecond;
        Grain = GrainOf(bytesPerSecond);
        Burst = Math.Max(MinBurst, (long)(bytesPerSecond * s_burst.TotalSeconds));
        // The bucket may be overdrawn by one charge: both together are the burst.
        _bucket = new ByteBucket(bytesPerSecond, Burst - Math.Max(LargestFrame, Grain), time);
        _time = time;
        _timer = time.CreateTimer(static state => ((BandwidthScheduler)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public long BytesPerSecond { get; }

    /// <summary>What may be sent at once after a pause; in any time no more than this and the rate's part goes out.</summary>
    public long Burst { get; }

    /// <summary>Bytes of one backend's turn, and the most that one claim gets unless it needs more.</summary>
    public int Grain { get; }

    /// <summary>Bytes of one turn of a stream among the streams of its backend: no more than a frame.</summary>
    public int StreamQuantum => Math.Min(Grain, LargestFrame);

    /// <summary>Bytes charged so far.</summary>
    public long Charged => Volatile.Read(ref _charged);

    /// <summary>How often somebody had to wait.</summary>
    public long Waits => Volatile.Read(ref _waits);

    /// <summary>Datagrams dropped so far.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Directions of streams that wait now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public BackendBandwidth OpenBackend() => new(this, _all);

    public int TryTake(BandwidthClaim claim, int needed, int useful, Action resume)
    {
        lock (_gate)
        {
            if (claim.Granted > 0)
            {
                var granted = claim.Granted;
                claim.Granted = 0;
                return granted;
            }

            if (claim.Wanted > 0) return 0;
            var amount = Math.Max(needed, Math.Min(useful, Grain));
            _bucket.Fill();
            if (!_all.HasWaiting && _bucket.HasBytes)
            {
                Charge(amount);
                return amount;
            }

            claim.Wanted = amount;
            claim.Resume = resume;
            claim.Share.Join();
            _waiting++;
            _waits++;
            Arm();
            return 0;
        }
    }

    public void Return(BandwidthClaim claim, int unused)
    {
        lock (_gate) Refund(claim, unused);
        ServeAll();
    }

    public void Cancel(BandwidthClaim claim)
    {
        lock (_gate)
        {
            if (claim.Wanted > 0) StopWaiting(claim);
            Refund(claim, claim.Granted);
            claim.Granted = 0;
        }

        ServeAll();
    }

    public void CountDrop() => Interlocked.Increment(ref _dropped);

    public void Dispose() => _timer.Dispose();

    /// <summary>
    /// At low rates small turns, so that nobody waits long for others; at high rates what comes in between two ticks of the
    /// timer, for a stream can claim again only after it was served.
    /// </summary>
    private static int GrainOf(long bytesPerSecond) =>
        (int)Math.Clamp(bytesPerSecond / 100, 4 * 1024, Math.Max(LargestFrame, Math.Min(bytesPerSecond / 1000, 256 * 1024)));

    private void OnTimer()
    {
        lock (_gate) _dueAt = null;
        ServeAll();
    }

    /// <summary>Outside the lock, for those who are served act at once.</summary>
    private void ServeAll()
    {
        while (TryServe(out var resume)) resume();
    }

    private bool TryServe([NotNullWhen(true)] out Action? resume)
    {
        lock (_gate)
        {
            resume = null;
            if (!_all.HasWaiting) return false;
            _bucket.Fill();
            if (!_bucket.HasBytes)
            {
                Arm();
                return false;
            }

            if (_all.Next() is not { } claim) return false; // never: somebody waits
            claim.Granted = claim.Wanted;
            claim.Share.Charge(claim.Granted);
            Charge(claim.Granted);
            resume = claim.Resume;
            StopWaiting(claim);
            return resume is not null;
        }
    }

    private void StopWaiting(BandwidthClaim claim)
    {
        claim.Wanted = 0;
        claim.Resume = null;
        claim.Share.Leave();
        _waiting--;
    }

    private void Charge(int bytes)
    {
        _bucket.Charge(bytes);
        _charged += bytes;
    }

    private void Refund(BandwidthClaim claim, int bytes)
    {
        _bucket.Refund(bytes);
        _charged -= bytes;
        claim.Share.Refund(bytes);
    }

    private void Arm()
    {
        var due = Max(s_tick, TimeSpan.FromMilliseconds(Math.Ceiling(_bucket.TimeToBytes.TotalMilliseconds)));
        var dueAt = _time.GetTimestamp() + (long)(due.TotalSeconds * _time.TimestampFrequency);
        if (_dueAt <= dueAt) return;
        _dueAt = dueAt;
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
