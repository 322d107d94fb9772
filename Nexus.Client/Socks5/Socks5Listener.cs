using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Nexus.Client.Outbound;
using Nexus.Client.Sessions;

namespace Nexus.Client.Socks5;

/// <summary>
/// Takes the connections of applications that want to leave through a hub. Belongs to the client, not to a session: it
/// stays while hubs come and go.
/// </summary>
internal sealed class Socks5Listener(string address, OutboundConnector connector, NexusClientServices services) : IDisposable
{
    /// <summary>Connections at once, those in their handshake included; one more is closed.</summary>
    private const int MaxConnections = 1_024;

    private static readonly TimeSpan s_afterFailure = TimeSpan.FromMilliseconds(100);

    private readonly ILogger _logger = services.LoggerFactory.CreateLogger<NexusClient>();
    private readonly TimeProvider _time = services.TimeProvider;
    private readonly SeldomWarning _tooMany = new(services.TimeProvider);
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _connections = [];
    private readonly CancellationTokenSource _stopping = new();
    private Socket? _socket;
    private Task _accepting = Task.CompletedTask;

    /// <summary>Where it listens; null when it does not.</summary>
    public IPEndPoint? EndPoint { get; private set; }

    /// <summary>Binds and listens. What goes wrong is logged: the client serves its users without.</summary>
    public void Start()
    {
        try
        {
            if (!Socks5EndPoint.TryFind(address, out var endPoint))
            {
                Socks5Log.NotListening(_logger, address, "it is not host:port");
                return;
            }

            _socket = Bind(endPoint);
            EndPoint = (IPEndPoint?)_socket.LocalEndPoint;
        }
        catch (SocketException ex)
        {
            Socks5Log.NotListening(_logger, address, ex.SocketErrorCode.ToString());
            return;
        }

        if (EndPoint is { } bound && !IPAddress.IsLoopback(bound.Address)) Socks5Log.Exposed(_logger, bound.ToString());
        else Socks5Log.Listening(_logger, EndPoint?.ToString() ?? address);
        _accepting = Task.Run(() => AcceptAsync(_socket), CancellationToken.None);
    }

    /// <summary>Takes nobody any more, and ends the handshakes under way; streams end with their sessions.</summary>
    public void Stop()
    {
        if (!_stopping.IsCancellationRequested) _stopping.Cancel();
        _socket?.Dispose();
    }

    /// <summary>After <see cref="Stop"/>, and after the sessions' end.</summary>
    public async Task WhenEndedAsync()
    {
        await _accepting.ConfigureAwait(false);
        Task[] connections;
        lock (_lock) connections = [.. _connections];
        await Task.WhenAll(connections).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _stopping.Dispose();
    }

    private static Socket Bind(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.Address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(endPoint);
            socket.Listen();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Take(await listener.AcceptAsync(_stopping.Token).ConfigureAwait(false));
            }
            catch (SocketException ex) when (!_stopping.IsCancellationRequested)
            {
                Socks5Log.AcceptFailed(_logger, ex.SocketErrorCode.ToString());
                await Task.Delay(s_afterFailure, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception ex) when (ex is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private void Take(Socket socket)
    {
        socket.NoDelay = true;
        lock (_lock)
        {
            if (_connections.Count < MaxConnections)
            {
                var task = Task.Run(() => ServeAsync(socket), CancellationToken.None);
                _connections.Add(task);
                task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                return;
            }
        }

        if (_tooMany.IsDue()) Socks5Log.TooMany(_logger);
        socket.Dispose();
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            if (await new Socks5Connection(socket, connector, _time).ServeAsync(_stopping.Token).ConfigureAwait(false) is not { } answer) return;
            Socks5Log.Ended(_logger, answer.Outcome, answer.Reason);
            await answer.Ended.ConfigureAwait(false);
        }
        catch (Exception ex) // the owner of the connection: a bug ends this one, and is told
        {
            Socks5Log.Faulted(_logger, ex);
            socket.Dispose();
        }
    }

    private void Forget(Task task)
    {
        lock (_lock) _connections.Remove(task);
    }
}
