namespace Nexus.Testing;

/// <summary>
/// A clock that only the test moves. Timers fire inside <see cref="Advance"/>, on the caller's thread, in the order of
/// their due times (then in the order in which they were armed), each with the clock standing at its due time.
/// </summary>
/// <remarks>
/// Works for everything that takes a <see cref="TimeProvider"/>: PeriodicTimer, CancellationTokenSource, Task.Delay,
/// WaitAsync. A continuation of an awaited delay may run on another thread after Advance has returned: await what it
/// does. Before advancing, make sure that the timer is armed (<see cref="WaitForTimerAsync"/>).
/// </remarks>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _armed = [];
    private readonly List<TimerWaiter> _waiters = [];
    private DateTimeOffset _now;
    private long _sequence;

    public ManualTimeProvider()
        : this(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    public ManualTimeProvider(DateTimeOffset start) => _now = start.ToUniversalTime();

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that will fire if the clock moves far enough.</summary>
    public int ArmedTimers
    {
        get { lock (_lock) { return _armed.Count; } }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) { return _now; }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock and fires everything that comes due on the way, including timers armed on the way.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        DateTimeOffset end;
        lock (_lock) { end = _now + by; }

        while (TakeNextDue(end) is { } timer)
        {
            timer.Fire();
        }

        lock (_lock)
        {
            if (_now < end) _now = end;
        }
    }

    /// <summary>Completes as soon as a timer is armed that fires <paramref name="dueIn"/> from now (now: of the clock at that moment).</summary>
    public Task WaitForTimerAsync(TimeSpan dueIn, CancellationToken cancellationToken = default) => WaitForAsync(dueIn, dueIn, cancellationToken);

    /// <summary>The same for a timer whose time is random: one that fires within <paramref name="atMost"/>.</summary>
    public Task WaitForTimerWithinAsync(TimeSpan atMost, CancellationToken cancellationToken = default) => WaitForAsync(TimeSpan.Zero, atMost, cancellationToken);

    private Task WaitForAsync(TimeSpan atLeast, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var waiter = new TimerWaiter(atLeast, atMost);
        lock (_lock)
        {
            if (_armed.Exists(timer => waiter.IsFor(timer.Due - _now))) return Task.CompletedTask;
            _waiters.Add(waiter);
        }

        return waiter.Armed.Task.WaitAsync(TestTimeouts.Default, System, cancellationToken);
    }

    internal void Arm(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        List<TimerWaiter> reached;
        lock (_lock)
        {
            _armed.Remove(timer);
            timer.Period = period;
            if (dueTime == Timeout.InfiniteTimeSpan) return;

            timer.Due = _now + dueTime;
            timer.Sequence = _sequence++;
            if (dueTime > TimeSpan.Zero) _armed.Add(timer);
            else Rearm(timer);
            reached = _waiters.FindAll(waiter => waiter.IsFor(dueTime));
            _waiters.RemoveAll(reached.Contains);
        }

        // Due now: like a real timer, never on the thread that is still arming it.
        if (dueTime <= TimeSpan.Zero) ThreadPool.UnsafeQueueUserWorkItem(static due => due.Fire(), timer, preferLocal: false);
        reached.ForEach(waiter => waiter.Armed.TrySetResult());
    }

    internal void Disarm(ManualTimer timer)
    {
        lock (_lock) { _armed.Remove(timer); }
    }

    private ManualTimer? TakeNextDue(DateTimeOffset end)
    {
        lock (_lock)
        {
            var next = _armed.Where(timer => timer.Due <= end).OrderBy(timer => timer.Due).ThenBy(timer => timer.Sequence).FirstOrDefault();
            if (next is null) return null;

            _armed.Remove(next);
            if (_now < next.Due) _now = next.Due;
            Rearm(next);
            return next;
        }
    }

    private void Rearm(ManualTimer timer)
    {
        if (timer.Period <= TimeSpan.Zero) return; // zero and infinite both mean: once
        timer.Due += timer.Period;
        timer.Sequence = _sequence++;
        _armed.Add(timer);
    }

    private sealed record TimerWaiter(TimeSpan AtLeast, TimeSpan AtMost)
    {
        public bool IsFor(TimeSpan dueIn) => dueIn >= AtLeast && dueIn <= AtMost;

        public TaskCompletionSource Armed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
