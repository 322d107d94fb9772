using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Nexus.Protocol.Channels;

namespace Nexus.Client.LocalRouting;

/// <summary>
/// A channel that a connect handler made. The session's own loops call it, so whatever it throws, and every count that cannot be,
/// becomes the end of this one channel, and is told once.
/// </summary>
internal sealed class ForeignChannel(IByteChannel inner, Guid streamId, ILogger logger) : IByteChannel
{
    private int _failed;

    private bool HasFailed => Volatile.Read(ref _failed) != 0;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WaitToReadAsync(CancellationToken cancellationToken)
    {
        if (HasFailed) return;
        try
        {
            await inner.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception ex) when (ex is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Fail(ex);
        }
    }

    public ChannelRead TryRead(Span<byte> buffer)
    {
        if (HasFailed) return ChannelRead.Reset;
        try
        {
            var read = inner.TryRead(buffer);
            if (read.Status != ChannelReadStatus.Data || (read.Count > 0 && read.Count <= buffer.Length)) return read;
            Fail(new InvalidOperationException($"It read {read.Count} bytes into {buffer.Length}."));
        }
        catch (Exception ex)
        {
            Fail(ex);
        }

        return ChannelRead.Reset;
    }

    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var written = inner.TryWrite(bytes);
            return written >= 0 && written <= bytes.Length ? written : throw new InvalidOperationException($"It wrote {written} bytes of {bytes.Length}.");
        }
        catch (Exception ex) when (ex is not IOException)
        {
            throw Broken(ex);
        }
    }

    /// <remarks>
    /// Foreign code gets a copy of its own: should it go on using what it was given after its write has failed or was cancelled, the
    /// copy is lost to the pool, and nothing else happens. What waits for it lies outside the managed heap.
    /// </remarks>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var copy = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(copy);
        try
        {
            await inner.WriteAsync(copy.AsMemory(0, bytes.Length), cancellationToken).ConfigureAwait(false);
            ArrayPool<byte>.Shared.Return(copy);
        }
        catch (Exception ex) when (IsForeign(ex, cancellationToken))
        {
            throw Broken(ex);
        }
    }

    public async ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        try
        {
            await inner.CompleteWritesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception ex) when (IsForeign(ex, cancellationToken))
        {
            throw Broken(ex);
        }
    }

    public void Abort()
    {
        try
        {
            inner.Abort();
        }
        catch (Exception ex)
        {
            Fail(ex);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await inner.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception ex)
        {
            Fail(ex);
        }
    }

    private static bool IsForeign(Exception ex, CancellationToken cancellationToken) =>
        ex is not IOException && (ex is not OperationCanceledException || !cancellationToken.IsCancellationRequested);

    private IOException Broken(Exception ex)
    {
        if (Fail(ex)) ThreadPool.UnsafeQueueUserWorkItem(static channel => channel.Abort(), this, preferLocal: false); // ends the wait for its bytes
        return new("The connection that a connect handler made is broken.", ex);
    }

    private bool Fail(Exception ex)
    {
        if (Interlocked.Exchange(ref _failed, 1) != 0) return false;
        RoutingLog.ChannelFailed(logger, streamId, ex);
        return true;
    }
}
