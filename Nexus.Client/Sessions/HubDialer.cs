using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Nexus.Protocol.WebSockets;

namespace Nexus.Client.Sessions;

/// <summary>Opens connections to one hub: TCP (through a proxy if there is one), TLS, WebSocket upgrade.</summary>
internal sealed class HubDialer(WebSocketAddress address, NexusTransportOptions options, TimeProvider time)
{
    private readonly ServerCertificateCheck _certificates = new(options.ServerCertificateAuthorities);
    private readonly ProxyTunnel _proxy = new(options.Proxy);

    private SslClientAuthenticationOptions Tls => new()
    {
        TargetHost = address.Host,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        RemoteCertificateValidationCallback = options.ServerCertificateValidation ?? ((_, certificate, chain, errors) => _certificates.Validate(certificate, chain, errors)),
    };

    /// <exception cref="ConnectFailedException">It did not work; why is in the exception.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async Task<WebSocketConnection> DialAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await WebSocketDialer.DialAsync(address, _proxy, Tls, both.Token).ConfigureAwait(false);
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
        catch (ProxyRefusedException ex)
        {
            throw new ConnectFailedException(NexusConnectError.ProxyRefused, ex.Message, ex);
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
}
