namespace Nexus.Contracts.Carriers;

/// <summary>
/// Notices that nothing was touched for a while. Touching only notes the time; the one timer looks at it when it fires and
/// arms itself for the rest.
/// </summary>
internal sealed class RelayIdleTimer : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Action _expired;
    private readonly ITimer _timer;
    private long _limitTicks;
    private long _lastTouched;

    public RelayIdleTimer(TimeSpan limit, TimeProvider time, Action expired)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero);
        _time = time;
        _expired = expired;
        _limitTicks = limit.Ticks;
        _lastTouched = time.GetTimestamp();
        _timer = time.CreateTimer(static state => ((RelayIdleTimer)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Arm(limit);
    }

    public void Touch() => Volatile.Write(ref _lastTouched, _time.GetTimestamp());

    /// <summary>Applies from now on, if it is less than the limit so far.</summary>
    public void Shorten(TimeSpan limit)
    {
        if (limit.Ticks >= Volatile.Read(ref _limitTicks)) return;

        Volatile.Write(ref _limitTicks, limit.Ticks);
        Touch();
        Arm(limit);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var rest = TimeSpan.FromTicks(Volatile.Read(ref _limitTicks)) - _time.GetElapsedTime(Volatile.Read(ref _lastTouched));
        if (rest <= TimeSpan.Zero) _expired();
        else Arm(rest);
    }

    // Timers count whole milliseconds; rounded down they would fire just before the limit, again and again.
    private void Arm(TimeSpan due) => _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(due.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
}
