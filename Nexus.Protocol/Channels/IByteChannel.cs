namespace Nexus.Protocol.Channels;

/// <summary>
/// One end of a byte stream in both directions, in the shape a relay wants it: waiting costs no buffer, reading and
/// writing without waiting are plain calls, and the ends of a TCP connection (FIN, RST) keep their difference.
/// </summary>
/// <remarks>
/// One reader (<see cref="IByteSource.WaitToReadAsync"/>, <see cref="IByteSource.TryRead"/>) and one writer (<see cref="TryWrite"/>,
/// <see cref="WriteAsync"/>, <see cref="CompleteWritesAsync"/>) may use a channel at the same time, each from one
/// call at a time. <see cref="Abort"/> may be called at any time from anywhere.
/// </remarks>
public interface IByteChannel : IByteSource, IAsyncDisposable
{
    /// <summary>
    /// Writes as much of <paramref name="bytes"/> as goes without waiting and returns how much that was; 0 when
    /// nothing (a channel that can only write asynchronously always returns 0).
    /// </summary>
    /// <exception cref="IOException">The channel is broken.</exception>
    int TryWrite(ReadOnlySpan<byte> bytes);

    /// <summary>Writes all of <paramref name="bytes"/>, waiting for the other side as long as it takes.</summary>
    /// <exception cref="IOException">The channel is broken or was aborted.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired; how much was written is unknown.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Ends the writing direction in order, after everything written (TCP FIN). Reading goes on.</summary>
    /// <exception cref="IOException">The channel is broken.</exception>
    ValueTask CompleteWritesAsync(CancellationToken cancellationToken);

    /// <summary>Breaks the channel so that the other side sees a reset (TCP RST), and ends pending waits. Idempotent.</summary>
    void Abort();
}
