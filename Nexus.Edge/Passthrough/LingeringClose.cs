using System.Buffers;
using Nexus.Protocol.Channels;

namespace Nexus.Edge.Passthrough;

/// <summary>
/// Says last words and ends the connection so that they arrive: a socket that is closed with unread bytes in it sends a reset,
/// which may destroy what the user has not read yet (RFC 9112 §9.6). So what still comes is read and dropped, until the user ends
/// too, within bounds.
/// </summary>
internal static class LingeringClose
{
    /// <summary>Enough for a round trip across the world and a lost packet.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>More than a head and its first flight of a body.</summary>
    private const int MaxBytes = 256 * 1024;

    private const int BufferSize = 4_096;

    public static async Task RunAsync(IByteChannel user, ReadOnlyMemory<byte> words, TimeProvider time, CancellationToken aborted)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, aborted);
        try
        {
            await user.WriteAsync(words, either.Token);
            await user.CompleteWritesAsync(either.Token);
            await DrainAsync(user, either.Token);
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

    private static async ValueTask DrainAsync(IByteChannel user, CancellationToken cancellationToken)
    {
        for (var dropped = 0; dropped < MaxBytes;)
        {
            await user.WaitToReadAsync(cancellationToken);
            var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            var read = user.TryRead(buffer);
            ArrayPool<byte>.Shared.Return(buffer);
            if (read.Status is ChannelReadStatus.End or ChannelReadStatus.Reset) return;
            dropped += read.Count;
        }
    }
}
