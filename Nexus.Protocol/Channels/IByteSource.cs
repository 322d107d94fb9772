namespace Nexus.Protocol.Channels;

/// <summary>Where a session's sender takes bytes from: the reading half of <see cref="IByteChannel"/>.</summary>
public interface IByteSource
{
    /// <summary>
    /// Completes when <see cref="TryRead"/> would not return <see cref="ChannelReadStatus.Empty"/>. No memory is
    /// held for the data while waiting. A broken or aborted channel completes the wait; it does not throw.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    ValueTask WaitToReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Whether <see cref="WaitToReadAsync"/> returns at once, always: then it may be called on a loop that serves others too. A source
    /// that runs foreign code does not.
    /// </summary>
    bool WaitsPromptly => false;

    /// <summary>Copies what is there, at most <paramref name="buffer"/>'s length (above 0). Never waits, never throws.</summary>
    ChannelRead TryRead(Span<byte> buffer);
}
