namespace Nexus.Testing;

internal sealed class ManualTimer(ManualTimeProvider time, TimerCallback callback, object? state) : ITimer
{
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private volatile bool _disposed;

    // These three belong to the provider and are guarded by its lock.
    internal DateTimeOffset Due { get; set; }

    internal TimeSpan Period { get; set; }

    internal long Sequence { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (_disposed) return false;
        time.Arm(this, dueTime, period);
        return true;
    }

    public void Dispose()
    {
        _disposed = true;
        time.Disarm(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal void Fire()
    {
        if (_disposed) return;
        if (_context is null) callback(state);
        else ExecutionContext.Run(_context, static timer => ((ManualTimer)timer!).Invoke(), this);
    }

    private void Invoke() => callback(state);
}
