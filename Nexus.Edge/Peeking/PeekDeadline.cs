namespace Nexus.Edge.Peeking;

/// <summary>The time for a peek: one timer, re-armed by every read, that never moves past the absolute end.</summary>
internal sealed class PeekDeadline : IDisposable
{
    private readonly PeekOptions _options;
    private readonly TimeProvider _time;
    private readonly long _accepted;
    private readonly PeekSlot _slot;
    private readonly CancellationTokenSource _expired;
    private readonly CancellationTokenSource _either;

    /// <param name="options">The limits.</param>
    /// <param name="firstByte">How long to wait for the first byte.</param>
    /// <param name="accepted">When the connection came: the absolute end counts from there.</param>
    /// <param name="slot">The connection's right to be peeked at.</param>
    /// <param name="time">The clock.</param>
    /// <param name="aborted">Ends it as well.</param>
    public PeekDeadline(PeekOptions options, TimeSpan firstByte, long accepted, PeekSlot slot, TimeProvider time, CancellationToken aborted)
    {
        _options = options;
        _time = time;
        _accepted = accepted;
        _slot = slot;
        _expired = new CancellationTokenSource(Clamp(firstByte), time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_expired.Token, slot.Withdrawn, aborted);
    }

    /// <summary>Fires at the deadline, or when the slot is withdrawn or the connection aborted.</summary>
    public CancellationToken Token => _either.Token;

    public bool IsExpired => _expired.IsCancellationRequested;

    public bool IsWithdrawn => _slot.Withdrawn.IsCancellationRequested;

    public TimeSpan Elapsed => _time.GetElapsedTime(_accepted);

    public void ExtendAfterRead()
    {
        _slot.NoteBytes();
        _expired.CancelAfter(Clamp(_options.IdleExtension));
    }

    public void Dispose()
    {
        _either.Dispose();
        _expired.Dispose();
    }

    private TimeSpan Clamp(TimeSpan wanted)
    {
        var left = _options.AbsoluteMax - Elapsed;
        if (left < wanted) wanted = left;
        return wanted > TimeSpan.Zero ? wanted : TimeSpan.Zero;
    }
}
