using System.Net.Sockets;
using Nexus.SystemTests.Golden.Wire;
using Nexus.Testing;

namespace Nexus.SystemTests.Golden.AsServer;

/// <summary>One user's connection at the local service: reads everything, writes what the recorded service wrote.</summary>
internal sealed class LocalConnection : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly MemoryStream _received = new();
    private readonly MemoryStream _sent = new();
    private readonly Socket _socket;
    private readonly Changes _changes;
    private readonly Task _reading;
    private Task _writing = Task.CompletedTask;
    private bool _hasEnded;

    public LocalConnection(Socket socket, Changes changes)
    {
        _socket = socket;
        _changes = changes;
        _reading = ReadAsync();
    }

    public byte[] Received => Read(_received.ToArray);

    public long ReceivedBytes => Read(() => _received.Length);

    public byte[] Sent => Read(_sent.ToArray);

    public long SentBytes => Read(() => _sent.Length);

    /// <summary>Whether the client has ended it.</summary>
    public bool HasEnded => Read(() => _hasEnded);

    public void Send(ReadOnlyMemory<byte> bytes)
    {
        lock (_lock)
        {
            _sent.Write(bytes.Span);
            _writing = WriteAsync(_writing, bytes);
        }
    }

    /// <summary>FIN, after everything sent.</summary>
    public async Task FinishAsync()
    {
        await Read(() => _writing).BoundedAsync();
        if (!HasEnded) _socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>RST.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _reading;
        await Read(() => _writing);
    }

    private async Task WriteAsync(Task before, ReadOnlyMemory<byte> bytes)
    {
        await before;
        try
        {
            while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes)..];
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            _changes.Signal(); // the client does not want it any more
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await _socket.ReceiveAsync(buffer) is > 0 and var count)
            {
                lock (_lock) _received.Write(buffer, 0, count);
                _changes.Signal();
            }
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            // An end too.
        }

        lock (_lock) _hasEnded = true;
        _changes.Signal();
    }

    private T Read<T>(Func<T> read)
    {
        lock (_lock) return read();
    }
}
