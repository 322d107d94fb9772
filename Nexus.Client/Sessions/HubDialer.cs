using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Nexus.Client.Configuration;
using Nexus.Protocol.Channels;
using Nexus.Protocol.WebSockets;

namespace Nexus.Client.Sessions;

/// <summary>Opens connections to one hub: TCP (through a proxy if there is one), TLS, WebSocket upgrade.</summary>
internal sealed class HubDialer(HubAddress address, NexusTransportOptions options, TimeProvider time)
{
    private readonly ServerCertificateCheck _certificates = new(options.ServerCertificateAuthorities);
    private readonly ProxyTunnel _proxy = new(options.Proxy);

    /// <exception cref="ConnectFailedException">It did not work; why is in the exception.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async Task<HubConnection> DialAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await OpenAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ConnectFailedException(NexusConnectError.Timeout, $"No connection within {options.ConnectTimeout.TotalSeconds:0} s.");
        }
        catch (SocketException ex)
        {
            throw new ConnectFailedException(Classify(ex.SocketErrorCode), ex.Message, ex);
        }
        catch (AuthenticationException ex)
        {
            throw new ConnectFailedException(NexusConnectError.TlsFailed, ex.Message, ex);
        }
        catch (WebSocketUpgradeException ex)
        {
            throw new ConnectFailedException(Classify(ex.Status), ex.Message, ex);
        }
        catch (IOException ex)
        {
            throw new ConnectFailedException(NexusConnectError.NetworkFailed, ex.Message, ex);
        }
    }

    internal static NexusConnectError Classify(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => NexusConnectError.ConnectionRefused,
        SocketError.TimedOut => NexusConnectError.Timeout,
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => NexusConnectError.NameNotResolved,
        _ => NexusConnectError.NetworkFailed,
    };

    internal static NexusConnectError Classify(int? httpStatus) => httpStatus switch
    {
        401 or 403 => NexusConnectError.AuthenticationFailed,
        429 => NexusConnectError.RateLimited,
        _ => NexusConnectError.UpgradeRefused,
    };

    private async Task<HubConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var proxy = _proxy.Find(address);
        var socket = await TcpDialer.ConnectAsync(proxy?.IdnHost ?? address.Host, proxy?.Port ?? address.Port, cancellationToken).ConfigureAwait(false);
        var line = new SocketStream(new SocketChannel(socket));
        Stream stream = line;
        try
        {
            if (proxy is not null) await _proxy.OpenAsync(stream, proxy, address, cancellationToken).ConfigureAwait(false);
            if (address.IsSecure) stream = await AddTlsAsync(stream, cancellationToken).ConfigureAwait(false);
            var received = await WebSocketClientHandshake.UpgradeAsync(stream, address.Authority, address.Uri.PathAndQuery, cancellationToken).ConfigureAwait(false);
            SharedLine.Prepare(socket);
            return new(stream, received, line);
        }
        catch
        {
            line.Channel.Dispose();
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<SslStream> AddTlsAsync(Stream stream, CancellationToken cancellationToken)
    {
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = address.Host,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    RemoteCertificateValidationCallback = options.ServerCertificateValidation ?? ((_, certificate, chain, errors) => _certificates.Validate(certificate, chain, errors)),
                },
                cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
