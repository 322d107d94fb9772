using System.Buffers;
using System.Runtime.CompilerServices;

namespace Nexus.Protocol.Channels;

/// <summary>An <see cref="IByteChannel"/> over any duplex <see cref="Stream"/>, which it owns.</summary>
/// <remarks>
/// A stream has no way to end one direction, so <see cref="CompleteWritesAsync"/> flushes and then calls what its owner
/// gave for that purpose, if anything. One read buffer is held while a read is pending.
/// </remarks>
public sealed class StreamChannel : IByteChannel
{
    private const int ReadSize = 16 * 1024;

    private readonly Stream _stream;
    private readonly Func<CancellationToken, ValueTask>? _completeWrites;
    private readonly CancellationTokenSource _aborted = new();
    private byte[]? _buffer;
    private int _offset;
    private int _count;
    private ChannelReadStatus _end = ChannelReadStatus.Empty;

    /// <summary>Takes over <paramref name="stream"/>; it is disposed with the channel.</summary>
    /// <param name="stream">A duplex stream.</param>
    /// <param name="completeWrites">Ends the writing direction of <paramref name="stream"/>; null when it cannot be ended alone.</param>
    public StreamChannel(Stream stream, Func<CancellationToken, ValueTask>? completeWrites = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _completeWrites = completeWrites;
    }

    /// <inheritdoc />
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WaitToReadAsync(CancellationToken cancellationToken)
    {
        if (_count > 0 || _end != ChannelReadStatus.Empty || _aborted.IsCancellationRequested) return;
        var buffer = _buffer ??= ArrayPool<byte>.Shared.Rent(ReadSize);
        using var link = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _aborted);
        try
        {
            _offset = 0;
            _count = await _stream.ReadAsync(buffer, _aborted.Token).ConfigureAwait(false);
            if (_count == 0) _end = ChannelReadStatus.End;
        }
        catch (OperationCanceledException) when (_aborted.IsCancellationRequested)
        {
            // A cancelled read leaves most streams unusable, so a cancelled wait ends the channel.
            _end = ChannelReadStatus.Reset;
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            _end = ChannelReadStatus.Reset;
        }
    }

    /// <inheritdoc />
    public ChannelRead TryRead(Span<byte> buffer)
    {
        if (_buffer is { } source && _count > 0)
        {
            var count = Math.Min(_count, buffer.Length);
            source.AsSpan(_offset, count).CopyTo(buffer);
            _offset += count;
            _count -= count;
            if (_count == 0) ReturnBuffer();
            return ChannelRead.Data(count);
        }

        if (_aborted.IsCancellationRequested) return ChannelRead.Reset;
        return new(_end);
    }

    /// <inheritdoc />
    public int TryWrite(ReadOnlySpan<byte> bytes) => 0;

    /// <inheritdoc />
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await _stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException)
        {
            throw new IOException("The stream is closed.", e);
        }
    }

    /// <inheritdoc />
    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) =>
        _completeWrites is null ? ValueTask.CompletedTask : _completeWrites(cancellationToken);

    /// <inheritdoc />
    public void Abort()
    {
        _aborted.Cancel();
        _stream.Dispose();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _aborted.CancelAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    private void ReturnBuffer()
    {
        if (_buffer is not { } buffer) return;
        _buffer = null;
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
