using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Nexus.Protocol.Channels;

/// <summary>An <see cref="IByteChannel"/> over a connected TCP or Unix-domain stream socket, which it owns.</summary>
public sealed class SocketChannel : IByteChannel
{
    private readonly Socket _socket;
    private readonly ReadWait _wait;
    private volatile bool _aborted;
    private volatile bool _broken; // a wait or a write took the socket's pending error, which the system reports only once

    /// <summary>Takes over <paramref name="socket"/>: it becomes non-blocking and is disposed with the channel.</summary>
    public SocketChannel(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        socket.Blocking = false;
        _socket = socket;
        _wait = new(this);
    }

    /// <summary>The socket, for its addresses and options.</summary>
    public Socket Socket => _socket;

    /// <inheritdoc />
    public ValueTask WaitToReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            // A receive of no bytes waits for data without holding a buffer for it.
            var receiving = _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);
            if (!receiving.IsCompleted) return _wait.Until(receiving);
            receiving.GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _broken = true; // TryRead says so, after what arrived before
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ChannelRead TryRead(Span<byte> buffer)
    {
        if (_aborted) return ChannelRead.Reset;
        int count;
        SocketError error;
        try
        {
            count = _socket.Receive(buffer, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            return ChannelRead.Reset;
        }

        return error switch
        {
            SocketError.Success when count > 0 => ChannelRead.Data(count),
            SocketError.Success => _broken ? ChannelRead.Reset : ChannelRead.End,
            SocketError.WouldBlock => ChannelRead.Empty,
            _ => ChannelRead.Reset,
        };
    }

    /// <inheritdoc />
    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        int count;
        SocketError error;
        try
        {
            count = _socket.Send(bytes, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException("The connection is closed.", e); // aborted by somebody else meanwhile
        }

        if (error == SocketError.Success) return count;
        if (error == SocketError.WouldBlock) return 0;
        NoteReset(error);
        throw new IOException("The connection is broken.", new SocketException((int)error));
    }

    /// <inheritdoc />
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            while (bytes.Length > 0)
            {
                var count = await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false);
                bytes = bytes[count..];
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            if (e is SocketException { SocketErrorCode: var error }) NoteReset(error);
            throw new IOException("The connection is broken.", e);
        }
    }

    /// <inheritdoc />
    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
            return ValueTask.CompletedTask;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return ValueTask.FromException(new IOException("The connection is broken.", e));
        }
    }

    /// <inheritdoc />
    public void Abort()
    {
        if (_aborted) return;
        _aborted = true;
        try
        {
            // Closing with a linger time of zero sends RST and drops what is queued (socket(7), SO_LINGER).
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Already closed by the other side or by DisposeAsync: nothing left to reset.
        }

        _socket.Dispose();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// A write that met the peer's reset took the socket's error with it: the reader would see an orderly end. After the
    /// peer's FIN a write fails with another error (EPIPE), and what was read is whole.
    /// </summary>
    private void NoteReset(SocketError error)
    {
        if (error == SocketError.ConnectionReset) _broken = true;
    }

    /// <summary>
    /// A pending wait, one at a time, made once per channel: an async method would allocate (or miss its pool) on every
    /// wait, and a wait goes with every frame.
    /// </summary>
    private sealed class ReadWait : IValueTaskSource
    {
        private readonly SocketChannel _channel;
        private readonly Action _onCompleted;
        private ManualResetValueTaskSourceCore<bool> _core;
        private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _receiving;

        public ReadWait(SocketChannel channel)
        {
            _channel = channel;
            _onCompleted = OnCompleted;
        }

        public ValueTask Until(ValueTask<int> receiving)
        {
            _core.Reset();
            _receiving = receiving.ConfigureAwait(false).GetAwaiter();
            var wait = new ValueTask(this, _core.Version);
            _receiving.UnsafeOnCompleted(_onCompleted);
            return wait;
        }

        public void GetResult(short token) => _core.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);

        private void OnCompleted()
        {
            try
            {
                _receiving.GetResult();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                _channel._broken = true;
            }
            catch (OperationCanceledException e)
            {
                _core.SetException(e);
                return;
            }

            _core.SetResult(true);
        }
    }
}
