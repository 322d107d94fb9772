using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Nexus.WebSocketHosting.Certificates;

/// <summary>
/// The certificate of a public name. Handshakes take what is current; running connections keep what they began
/// with, so a swap drops nobody.
/// </summary>
internal sealed class NodeCertificate
{
    private volatile SslServerAuthenticationOptions? _current;

    public bool IsPresent => _current is not null;

    /// <summary>The leaf with its key, to be shown to others.</summary>
    /// <exception cref="AuthenticationException">No certificate has arrived yet.</exception>
    public X509Certificate2 Current => ForHandshake().ServerCertificateContext?.TargetCertificate ?? throw new AuthenticationException("There is no certificate yet.");

    /// <summary>The certificate with its intermediates, for handshakes in which we are the client; null before the first.</summary>
    public SslStreamCertificateContext? Chain => _current?.ServerCertificateContext;

    /// <summary>TLS settings for one handshake.</summary>
    /// <exception cref="AuthenticationException">No certificate has arrived yet.</exception>
    public SslServerAuthenticationOptions ForHandshake() =>
        _current ?? throw new AuthenticationException("There is no certificate yet.");

    /// <summary>The same for a listener whose peers show certificates as well.</summary>
    /// <param name="checkPeer">Decides on the peer's; it gets null from one that shows none.</param>
    /// <exception cref="AuthenticationException">No certificate has arrived yet.</exception>
    public SslServerAuthenticationOptions ForHandshake(RemoteCertificateValidationCallback checkPeer)
    {
        var options = CreateOptions(ForHandshake().ServerCertificateContext);
        options.ClientCertificateRequired = true;
        options.RemoteCertificateValidationCallback = checkPeer;
        return options;
    }

    /// <summary>Makes a chain (leaf first) and its PKCS#8 key current.</summary>
    /// <exception cref="CryptographicException">They are not PEM, not a pair, or empty.</exception>
    public X509Certificate2 Use(string chainPem, string privateKeyPem)
    {
        X509Certificate2 leaf;
        X509Certificate2Collection chain = [];
        try
        {
            leaf = X509Certificate2.CreateFromPem(chainPem, privateKeyPem);
            chain.ImportFromPem(chainPem);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException("The private key does not belong to the certificate.", e);
        }

        chain.RemoveAt(0);
        _current = CreateOptions(SslStreamCertificateContext.Create(leaf, chain, offline: true));
        return leaf;
    }

    private static SslServerAuthenticationOptions CreateOptions(SslStreamCertificateContext? certificate) => new()
    {
        ServerCertificateContext = certificate,
        // A WebSocket can only be upgraded from HTTP/1.1 (spec/node.md §1.1).
        ApplicationProtocols = [SslApplicationProtocol.Http11],
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateRequired = false,
    };
}
