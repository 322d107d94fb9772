namespace Nexus.Protocol.Multiplexing;

/// <summary>Wakes a session's writer; what one thread asks for in one go wakes it once.</summary>
internal sealed class WriterSignal
{
    private readonly AsyncSignal _work = new();
    private int _deferringThread; // the receiver's, while it dispatches
    private bool _isDeferred; // only touched by that thread

    /// <inheritdoc cref="AsyncSignal.WaitAsync"/>
    public ValueTask WaitAsync() => _work.WaitAsync();

    /// <summary>There is something to send.</summary>
    /// <param name="inline">The writer goes on before this returns, if it waits.</param>
    public void Set(bool inline = false)
    {
        if (Volatile.Read(ref _deferringThread) == Environment.CurrentManagedThreadId) _isDeferred = true;
        else _work.Set(inline);
    }

    /// <summary>
    /// What the calling thread asks for from here on is sent when it is done: a receiver's grants for all that it had got, in one write.
    /// </summary>
    public void BeginDeferring() => Volatile.Write(ref _deferringThread, Environment.CurrentManagedThreadId);

    /// <summary>Ends it; to be called by the same thread.</summary>
    public void EndDeferring()
    {
        Volatile.Write(ref _deferringThread, 0);
        if (!_isDeferred) return;
        _isDeferred = false;
        _work.Set(inline: true);
    }
}
