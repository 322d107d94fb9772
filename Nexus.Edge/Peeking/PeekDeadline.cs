namespace Nexus.Edge.Peeking;

/// <summary>The time for a peek: one timer, re-armed by every read, that never moves past the absolute end.</summary>
internal sealed class PeekDeadline : IDisposable
{
    private readonly PeekOptions _options;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly CancellationToken _withdrawn;
    private readonly CancellationTokenSource _expired;
    private readonly CancellationTokenSource _either;

    public PeekDeadline(PeekOptions options, TimeProvider time, CancellationToken withdrawn, CancellationToken aborted)
    {
        _withdrawn = withdrawn;
        _options = options;
        _time = time;
        _started = time.GetTimestamp();
        _expired = new CancellationTokenSource(options.FirstByte < options.AbsoluteMax ? options.FirstByte : options.AbsoluteMax, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_expired.Token, withdrawn, aborted);
    }

    /// <summary>Fires at the deadline, or when the slot is withdrawn or the connection aborted.</summary>
    public CancellationToken Token => _either.Token;

    public bool IsExpired => _expired.IsCancellationRequested;

    public bool IsWithdrawn => _withdrawn.IsCancellationRequested;

    public TimeSpan Elapsed => _time.GetElapsedTime(_started);

    public void ExtendAfterRead()
    {
        var left = _options.AbsoluteMax - Elapsed;
        var next = left < _options.IdleExtension ? left : _options.IdleExtension;
        _expired.CancelAfter(next > TimeSpan.Zero ? next : TimeSpan.Zero);
    }

    public void Dispose()
    {
        _either.Dispose();
        _expired.Dispose();
    }
}
