using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Nexus.WebSocketHosting.Transport;

/// <summary>Accepts connections for Kestrel.</summary>
/// <param name="listener">Bound and listening; owned.</param>
/// <param name="time">For the pause when the system has no more to give.</param>
internal sealed class LineListener(Socket listener, TimeProvider time) : IConnectionListener
{
    /// <summary>Without descriptors or memory the next attempt fails like the last one.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _unbound = new();

    public EndPoint EndPoint { get; } = listener.LocalEndPoint ?? throw new InvalidOperationException("A bound socket has no address.");

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_unbound.Token, cancellationToken);
        while (!_unbound.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(either.Token);
                if (LineConnection.TryCreate(socket) is { } connection) return connection;
                socket.Dispose(); // gone already
            }
            catch (SocketException e) when (!_unbound.IsCancellationRequested)
            {
                if (e.SocketErrorCode is not (SocketError.ConnectionReset or SocketError.ConnectionAborted))
                    await Task.Delay(s_pause, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e) when (_unbound.IsCancellationRequested && e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return null;
            }
        }

        return null;
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _unbound.CancelAsync();
        listener.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync(CancellationToken.None);
        _unbound.Dispose();
    }
}
