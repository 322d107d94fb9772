using System.Buffers;
using System.Runtime.CompilerServices;

namespace Nexus.Protocol.Channels;

/// <summary>
/// A socket as a stream, to lie below an <see cref="System.Net.Security.SslStream"/>. A TLS record is 16 KiB, and a call to the system,
/// a packet and a wake-up of the peer for each of them cost more than the encryption: so reads take as much as there is and are handed out
/// in pieces, and what is written between <see cref="Hold"/> and the next flush leaves in one call.
/// </summary>
/// <remarks>One reader and one writer. Buffers exist only while bytes are in them; a read of no bytes waits without one.</remarks>
public sealed class SocketStream : Stream
{
    private const int ReadSize = 128 * 1024;
    private const int WriteSize = 128 * 1024;

    private readonly SocketChannel _socket;
    private byte[]? _read;
    private int _readStart;
    private int _readEnd;
    private byte[]? _held;
    private int _heldCount;
    private bool _isHolding;

    /// <summary>Over <paramref name="socket"/>, which it owns.</summary>
    public SocketStream(SocketChannel socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        _socket = socket;
    }

    /// <summary>The socket below.</summary>
    public SocketChannel Channel => _socket;

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Keeps what is written from now on until it is flushed, or until there is too much of it.</summary>
    public void Hold() => _isHolding = true;

    /// <inheritdoc />
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_readEnd > _readStart) return new(Take(buffer.Span));
        return FillAsync(buffer, cancellationToken);
    }

    /// <inheritdoc />
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_isHolding) return SendAsync(buffer, cancellationToken);
        var held = _held ??= ArrayPool<byte>.Shared.Rent(WriteSize);
        if (buffer.Length > held.Length - _heldCount) return WriteThroughAsync(buffer, cancellationToken);
        buffer.CopyTo(held.AsMemory(_heldCount));
        _heldCount += buffer.Length;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        _isHolding = false;
        return _heldCount == 0 ? Task.CompletedTask : SendHeldAsync(cancellationToken).AsTask();
    }

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Flush()
    {
    }

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing) _socket.Dispose();
        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (buffer.IsEmpty)
            {
                ReturnRead();
                await _socket.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
                return 0;
            }

            _read ??= ArrayPool<byte>.Shared.Rent(ReadSize);
            var read = _socket.TryRead(_read);
            if (read.Status == ChannelReadStatus.Data)
            {
                (_readStart, _readEnd) = (0, read.Count);
                return Take(buffer.Span);
            }

            ReturnRead();
            if (read.Status == ChannelReadStatus.End) return 0;
            if (read.Status == ChannelReadStatus.Reset) throw new IOException("The connection is broken.");
            await _socket.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private int Take(Span<byte> destination)
    {
        var count = Math.Min(destination.Length, _readEnd - _readStart);
        _read.AsSpan(_readStart, count).CopyTo(destination);
        _readStart += count;
        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteThroughAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        await SendHeldAsync(cancellationToken).ConfigureAwait(false);
        await SendAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendHeldAsync(CancellationToken cancellationToken)
    {
        if (_held is not { } held) return;
        var count = _heldCount;
        (_held, _heldCount) = (null, 0); // also if it does not get there: nobody may send it later
        try
        {
            await SendAsync(held.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(held);
        }
    }

    private ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var count = _socket.TryWrite(bytes.Span);
        return count == bytes.Length ? ValueTask.CompletedTask : _socket.WriteAsync(bytes[count..], cancellationToken);
    }

    private void ReturnRead()
    {
        if (_read is not { } read) return;
        _read = null;
        ArrayPool<byte>.Shared.Return(read);
    }
}
