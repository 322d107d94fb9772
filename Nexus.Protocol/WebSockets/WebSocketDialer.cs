using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Nexus.Protocol.Channels;

namespace Nexus.Protocol.WebSockets;

/// <summary>Opens WebSocket connections whose lines many users share: TCP (through a proxy if there is one), TLS, upgrade.</summary>
public static class WebSocketDialer
{
    /// <param name="address">Whom to dial. Every address of its name is tried until one answers.</param>
    /// <param name="proxy">The way there.</param>
    /// <param name="tls">Whom to trust and who we are; used only if the address is secure.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The connection, which is the caller's.</returns>
    /// <exception cref="SocketException">No address answered, or the name has none.</exception>
    /// <exception cref="ProxyRefusedException">The proxy does not open the way.</exception>
    /// <exception cref="AuthenticationException">TLS failed.</exception>
    /// <exception cref="WebSocketUpgradeException">The server does not upgrade.</exception>
    /// <exception cref="IOException">The connection broke meanwhile.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public static async Task<WebSocketConnection> DialAsync(
        WebSocketAddress address, ProxyTunnel proxy, SslClientAuthenticationOptions tls, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(proxy);
        var way = proxy.Find(address);
        var (host, port) = way is null ? (address.Host, address.Port) : (way.IdnHost, way.Port);
        var socket = await SocketDialer.ConnectAsync(host, port, SharedLine.PrepareToConnect, cancellationToken).ConfigureAwait(false);
        var line = new SocketStream(new SocketChannel(socket));
        Stream stream = line;
        var isOpen = false;
        try
        {
            if (way is not null) await proxy.OpenAsync(line, way, address, cancellationToken).ConfigureAwait(false);
            if (address.IsSecure)
            {
                var secure = new SslStream(line, leaveInnerStreamOpen: false);
                stream = secure;
                await secure.AuthenticateAsClientAsync(tls, cancellationToken).ConfigureAwait(false);
            }

            var received = await WebSocketClientHandshake.UpgradeAsync(stream, address.Authority, address.Uri.PathAndQuery, cancellationToken).ConfigureAwait(false);
            SharedLine.Prepare(socket);
            isOpen = true;
            return new(stream, line, received);
        }
        finally
        {
            if (!isOpen) await new WebSocketConnection(stream, line, []).DisposeAsync().ConfigureAwait(false);
        }
    }
}
