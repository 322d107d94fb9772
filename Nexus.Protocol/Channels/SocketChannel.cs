using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Nexus.Protocol.Channels.Polling;

namespace Nexus.Protocol.Channels;

/// <summary>An <see cref="IByteChannel"/> over a connected TCP or Unix-domain stream socket, which it owns.</summary>
public sealed class SocketChannel : IByteChannel, IDisposable
{
    private static readonly Socket s_closed = CreateClosed();

    private Socket _socket;
    private PolledSocket? _polled; // null where there are no pollers, and at the end
    private readonly RuntimeReadWait? _wait;
    private volatile bool _aborted;
    private volatile bool _isClosed;
    private volatile bool _broken; // a wait or a write took the socket's pending error, which the system reports only once

    /// <summary>Takes over <paramref name="socket"/>: it becomes non-blocking and is disposed with the channel.</summary>
    public SocketChannel(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        socket.Blocking = false;
        _socket = socket;
        if (SocketPoller.IsSupported) _polled = new(socket);
        else _wait = new(socket, () => _broken = true);
    }

    /// <summary>
    /// Whether channels wait as the runtime has it, which then knows a socket until the last duplicate of it is closed, in whatever process.
    /// Else who disposes the channel has ended all watching.
    /// </summary>
    public static bool WaitsInRuntime => !SocketPoller.IsSupported;

    /// <summary>The socket, for its addresses and options; after the end one that is closed.</summary>
    public Socket Socket => _socket;

    /// <inheritdoc />
    public bool WaitsPromptly => true;

    /// <inheritdoc />
    public ValueTask WaitToReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_wait is { } wait) return wait.BeginAsync(cancellationToken);
            if (_polled is { } polled)
            {
                if (polled.Reading.IsUnknown) Probe(polled.Reading);
                return polled.WaitAsync(polled.Reading, cancellationToken);
            }
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
        if (_isClosed) return ChannelRead.Reset;
        var edges = _polled?.Reading.Edges ?? 0;
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

        // A buffer that was not filled saves asking again, unless the end is there already.
        if (error == SocketError.WouldBlock || (error == SocketError.Success && count > 0 && count < buffer.Length && _polled is { ReportsNext: true }))
            _polled?.Reading.Exhausted(edges);
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
        if (_isClosed) throw new IOException("The connection is closed.");
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
                bytes = bytes[await WriteSomeAsync(bytes, cancellationToken).ConfigureAwait(false)..];
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
        _aborted = _isClosed = true;
        try
        {
            // Closing with a linger time of zero sends RST and drops what is queued (socket(7), SO_LINGER).
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Already closed by the other side or by DisposeAsync: nothing left to reset.
        }

        Dispose();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Dispose();
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

    /// <summary>Closes the socket; what was written still arrives.</summary>
    public void Dispose()
    {
        _isClosed = true; // first: whoever waits goes on inside the next call, and would ask a socket that is still open again and again
        _polled?.Close();
        _socket.Dispose();
        // Who still has the channel, for a log line, does not keep all that goes with a socket.
        _polled = null;
        _socket = s_closed;
    }

    private static Socket CreateClosed()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Dispose();
        return socket;
    }

    /// <summary>What is there before anybody has read is not known, and no edge would tell.</summary>
    private void Probe(Readiness reading)
    {
        Span<byte> one = stackalloc byte[1];
        var edges = reading.Edges;
        _socket.Receive(one, SocketFlags.Peek, out var error);
        if (error == SocketError.WouldBlock) reading.Exhausted(edges);
        else if (error != SocketError.Success) _broken = true; // the system reports it only once
    }

    private ValueTask<int> WriteSomeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (_polled is not { } polled) return _socket.SendAsync(bytes, SocketFlags.None, cancellationToken);
        var edges = polled.Writing.Edges;
        var count = TryWrite(bytes.Span);
        if (count > 0) return new(count);
        polled.Writing.Exhausted(edges);
        return WaitToWriteAsync(polled, cancellationToken);
    }

    /// <summary>Nothing was written then: the caller tries again.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<int> WaitToWriteAsync(PolledSocket polled, CancellationToken cancellationToken)
    {
        await polled.WaitAsync(polled.Writing, cancellationToken).ConfigureAwait(false);
        return 0;
    }
}
