using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using Nexus.Mesh.Peering.Trust;
using Nexus.Protocol.Channels;
using Nexus.Protocol.WebSockets;
using Nexus.WebSocketHosting.Certificates;

namespace Nexus.Mesh.Peering.Links;

/// <summary>Opens connections to peers: TCP, TLS with our certificate and its intermediates, upgrade (spec/node.md §5.1).</summary>
internal sealed class PeerDialer(NodeCertificate certificate, PeerCertificateCheck check, IOptions<PeeringOptions> options, TimeProvider time)
{
    /// <param name="address">Whom to dial.</param>
    /// <param name="isTold">Whether somebody else has named the address: then its certificate must be below a trusted suffix too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PeerUnreachableException">It did not work; why is in the exception.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async Task<PeerConnection> DialAsync(PeerAddress address, bool isTold, CancellationToken cancellationToken)
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
        catch (Exception e) when (e is SocketException or AuthenticationException or WebSocketUpgradeException or IOException)
        {
            throw new PeerUnreachableException(e.Message, e);
        }
    }

    private async Task<PeerConnection> OpenAsync(PeerAddress address, bool isTold, CancellationToken cancellationToken)
    {
        if (certificate.Chain is not { } ours) throw new PeerUnreachableException("This node has no certificate yet.");
        var socket = await SocketDialer.ConnectAsync(address.Host, address.Port, SharedLine.PrepareToConnect, cancellationToken);
        var line = new SocketStream(new SocketChannel(socket));
        var tls = new SslStream(line, leaveInnerStreamOpen: false);
        var isOpen = false;
        try
        {
            await AuthenticateAsync(tls, ours, address, isTold, cancellationToken);
            var received = await WebSocketClientHandshake.UpgradeAsync(tls, address.Authority, address.Uri.PathAndQuery, cancellationToken);
            SharedLine.Prepare(socket);
            isOpen = true;
            return new(tls, line, received, WebSocketRole.Client, address.ToString());
        }
        finally
        {
            if (!isOpen)
            {
                line.Channel.Dispose();
                await tls.DisposeAsync();
            }
        }
    }

    private async Task AuthenticateAsync(SslStream tls, SslStreamCertificateContext ours, PeerAddress address, bool isTold, CancellationToken cancellationToken)
    {
        string? fault = null;
        var settings = new SslClientAuthenticationOptions
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
            await tls.AuthenticateAsClientAsync(settings, cancellationToken);
        }
        catch (AuthenticationException e) when (fault is not null)
        {
            throw new PeerUnreachableException($"It is not trusted: {fault}", e);
        }
    }
}
