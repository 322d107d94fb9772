using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Nexus.Protocol.Channels;

namespace Nexus.Client.AspNetCore;

/// <summary>Hands users' connections to Kestrel, which accepts them as it would from a socket.</summary>
internal sealed class TunnelListener(NexusTunnelEndPoint endPoint, TunnelListeners listeners) : IConnectionListener
{
    /// <summary>Like a socket's backlog: Kestrel takes connections as fast as it can start them.</summary>
    private const int Backlog = 512;

    private readonly Channel<TunnelConnection> _waiting = Channel.CreateBounded<TunnelConnection>(new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.Wait });

    public EndPoint EndPoint => endPoint;

    /// <summary>The other end of a connection that waits for Kestrel, or null when it cannot: too many wait, or no more are taken.</summary>
    public IByteChannel? TryConnect(NexusConnectRequest request)
    {
        var connection = TunnelConnection.Create(request, endPoint);
        return _waiting.Writer.TryWrite(connection) ? connection.UserSide : null;
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_waiting.Reader.TryRead(out var connection)) return connection;
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _waiting.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        listeners.Remove(endPoint);
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out var connection))
        {
            connection.UserSide.Abort();
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}
