using System.Net.Sockets;
using System.Runtime.Versioning;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>The way to one target process: its connection, or the pause before the next attempt at one.</summary>
[SupportedOSPlatform("linux")]
internal sealed class HandOverLink(string path, string targetId, HandOverCarrierOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private HandOverConnection? _connection;
    private Task _running = Task.CompletedTask;
    private Task<HandOverConnection?>? _connecting;
    private long? _failedAt;
    private bool _isDisposed;
    private bool _isLeaving;

    /// <summary>Whether it may be forgotten: nobody waits for it, and it holds nothing.</summary>
    public bool IsIdle
    {
        get { lock (_gate) return _connection is null && _connecting is null; }
    }

    /// <summary>The connection; null while there is none to be had.</summary>
    public async ValueTask<HandOverConnection?> ConnectAsync(CancellationToken cancellationToken)
    {
        Task<HandOverConnection?> connecting;
        lock (_gate)
        {
            if (_connection is { IsOver: false } open) return open;
            if (_isDisposed || (_failedAt is { } failed && time.GetElapsedTime(failed) < options.RetryPause)) return null;
            connecting = _connecting ??= StartAsync();
        }

        return await connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="HandOverCarrier.Leave"/>
    public void Leave()
    {
        HandOverConnection? connection;
        lock (_gate)
        {
            _isLeaving = true;
            connection = _connection;
        }

        connection?.Leave();
    }

    public async ValueTask DisposeAsync()
    {
        Task running;
        lock (_gate)
        {
            _isDisposed = true;
            _connection?.Dispose();
            running = Task.WhenAll(_running, _connecting ?? Task.CompletedTask);
        }

        await running.ConfigureAwait(false);
        lock (_gate) running = _running; // of a connection that was just being made
        await running.ConfigureAwait(false);
    }

    private async Task<HandOverConnection?> StartAsync()
    {
        await Task.Yield(); // the caller holds the lock
        var connection = await TryConnectAsync().ConfigureAwait(false);
        lock (_gate)
        {
            _connecting = null;
            _failedAt = connection is null ? time.GetTimestamp() : null;
            if (connection is null) return null;
            _connection = connection;
            if (_isLeaving) connection.Leave();
            _running = RunAsync(connection, _running);
            if (!_isDisposed) return connection;
            connection.Dispose();
            return null;
        }
    }

    /// <summary>A connection that was lost is made again only after the pause: the target has just ended, or does not answer.</summary>
    private async Task RunAsync(HandOverConnection connection, Task previous)
    {
        await connection.RunAsync().ConfigureAwait(false);
        lock (_gate)
        {
            if (_connection == connection)
            {
                _connection = null;
                _failedAt = time.GetTimestamp();
            }
        }

        await previous.ConfigureAwait(false);
    }

    private async Task<HandOverConnection?> TryConnectAsync()
    {
        var socket = new HandOverSocket(HandOverSocket.Create());
        var isTaken = false;
        using var limit = new CancellationTokenSource(options.ConnectTimeout, time);
        try
        {
            await socket.Socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token).ConfigureAwait(false);
            if (!HandOverSocket.IsOurs(socket.Socket)) return null;
            if (await socket.SendAsync(HandOverFormat.Hello(targetId), null, limit.Token).ConfigureAwait(false) != HandOverSend.Sent) return null;
            isTaken = await IsWelcomeAsync(socket.Socket, limit.Token).ConfigureAwait(false);
            return isTaken ? new HandOverConnection(socket, options, time) : null;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ArgumentException)
        {
            return null; // nobody is there, or no socket, or no path
        }
        finally
        {
            if (!isTaken) socket.Dispose();
        }
    }

    private static async Task<bool> IsWelcomeAsync(Socket socket, CancellationToken limit)
    {
        var buffer = new byte[HandOverLimits.MaxResponse];
        while (true)
        {
            var count = await socket.ReceiveAsync(buffer, SocketFlags.None, limit).ConfigureAwait(false);
            if (!HandOverFormat.TryRead(buffer.AsSpan(0, count), out var message)) return false;
            if (message.Kind != HandOverMessageKind.Nop) return message.Kind == HandOverMessageKind.HelloOk;
        }
    }
}
