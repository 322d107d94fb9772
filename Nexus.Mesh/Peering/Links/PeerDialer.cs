using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using Nexus.Mesh.Peering.Trust;
using Nexus.Protocol.WebSockets;
using Nexus.WebSocketHosting.Certificates;

namespace Nexus.Mesh.Peering.Links;

/// <summary>Opens connections to peers: through a proxy if there is one, with our certificate and its intermediates (spec/node.md §5.1).</summary>
internal sealed class PeerDialer(NodeCertificate certificate, PeerCertificateCheck check, IOptions<PeeringOptions> options, TimeProvider time)
{
    private readonly ProxyTunnel _proxy = new(options.Value.Proxy is { Length: > 0 } proxy ? new WebProxy(proxy) : null);

    /// <param name="address">Whom to dial.</param>
    /// <param name="isTold">Whether somebody else has named the address: then its certificate must be below a trusted suffix too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PeerUnreachableException">It did not work; why is in the exception.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async Task<PeerConnection> DialAsync(WebSocketAddress address, bool isTold, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Value.HandshakeTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await OpenAsync(address, isTold, both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new PeerUnreachableException($"No connection within {options.Value.HandshakeTimeout.TotalSeconds:0} s.");
        }
        catch (Exception e) when (e is SocketException or AuthenticationException or IOException)
        {
            throw new PeerUnreachableException(e.Message, e);
        }
    }

    private async Task<PeerConnection> OpenAsync(WebSocketAddress address, bool isTold, CancellationToken cancellationToken)
    {
        if (certificate.Chain is not { } ours) throw new PeerUnreachableException("This node has no certificate yet.");
        string? fault = null;
        var tls = new SslClientAuthenticationOptions
        {
            TargetHost = address.Host,
            ClientCertificateContext = ours,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowTlsResume = false,
            RemoteCertificateValidationCallback = (_, leaf, chain, _) =>
                (fault = check.FindFault(leaf as X509Certificate2, chain?.ChainPolicy.ExtraStore ?? [], address.Host, isTold)) is null,
        };
        try
        {
            return new(await WebSocketDialer.DialAsync(address, _proxy, tls, cancellationToken), WebSocketRole.Client, address.ToString());
        }
        catch (AuthenticationException e) when (fault is not null)
        {
            throw new PeerUnreachableException($"It is not trusted: {fault}", e);
        }
    }
}
