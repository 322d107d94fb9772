using System.Buffers;
using Nexus.Protocol.Channels;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// Says last words and ends the connection so that they arrive: a socket that is closed with unread bytes in it sends a reset,
/// which may destroy what the user has not read yet (RFC 9112 §9.6). So what still comes is read and dropped, until the user ends
/// too, within bounds.
/// </summary>
public static class LingeringClose
{
    /// <summary>Enough for a round trip across the world and a lost packet.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Bytes that are dropped for last words: more than a head and its first flight of a body.</summary>
    public const long MaxBytes = 256 * 1024;

    private const int BufferSize = 4_096;

    /// <summary>Writes, ends the writing direction, and drains within <see cref="Limit"/>. Closing stays the caller's.</summary>
    /// <param name="user">Whose writing direction is open.</param>
    /// <param name="words">May be empty.</param>
    /// <param name="time">For the limit.</param>
    /// <param name="aborted">Ends it at once.</param>
    public static async Task RunAsync(IByteChannel user, ReadOnlyMemory<byte> words, TimeProvider time, CancellationToken aborted)
    {
        ArgumentNullException.ThrowIfNull(user);
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, aborted);
        try
        {
            await user.WriteAsync(words, either.Token).ConfigureAwait(false);
            await user.CompleteWritesAsync(either.Token).ConfigureAwait(false);
            await DrainAsync(user, MaxBytes, either.Token).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The user has left already.
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // It had its time.
        }
    }

    /// <summary>The same for a user that has got everything and its FIN already: it may go on sending for so long.</summary>
    /// <param name="user">Whose writing direction has ended.</param>
    /// <param name="limit">In all.</param>
    /// <param name="maxBytes">Most bytes that are dropped.</param>
    /// <param name="time">For the limit.</param>
    /// <param name="aborted">Ends it at once.</param>
    /// <returns>Whether the user has ended, within the bounds.</returns>
    public static async Task<bool> DrainAsync(IByteChannel user, TimeSpan limit, long maxBytes, TimeProvider time, CancellationToken aborted)
    {
        ArgumentNullException.ThrowIfNull(user);
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, aborted);
        try
        {
            return await DrainAsync(user, maxBytes, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return false; // it had its time
        }
    }

    private static async ValueTask<bool> DrainAsync(IByteChannel user, long maxBytes, CancellationToken cancellationToken)
    {
        for (var dropped = 0L; dropped < maxBytes;)
        {
            await user.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            var read = user.TryRead(buffer);
            ArrayPool<byte>.Shared.Return(buffer);
            if (read.Status is ChannelReadStatus.End or ChannelReadStatus.Reset) return true;
            dropped += read.Count;
        }

        return false;
    }
}
