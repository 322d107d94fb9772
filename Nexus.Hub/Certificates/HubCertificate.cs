using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Nexus.Hub.Certificates;

/// <summary>
/// The certificate of the backend listener. Handshakes take what is current; running connections keep what they began
/// with, so a swap drops nobody.
/// </summary>
internal sealed class HubCertificate
{
    private volatile SslServerAuthenticationOptions? _current;

    public bool IsPresent => _current is not null;

    /// <summary>The leaf with its key, to be shown to others.</summary>
    /// <exception cref="AuthenticationException">No certificate has arrived yet.</exception>
    public X509Certificate2 Current => ForHandshake().ServerCertificateContext?.TargetCertificate ?? throw new AuthenticationException("The hub has no certificate yet.");

    /// <summary>The certificate with its intermediates, for handshakes in which the hub is the client; null before the first.</summary>
    public SslStreamCertificateContext? Chain => _current?.ServerCertificateContext;

    /// <summary>TLS settings for one handshake.</summary>
    /// <exception cref="AuthenticationException">No certificate has arrived yet.</exception>
    public SslServerAuthenticationOptions ForHandshake() =>
        _current ?? throw new AuthenticationException("The hub has no certificate yet.");

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
        _current = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true),
            // A WebSocket can only be upgraded from HTTP/1.1 (spec/node.md §1.1).
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = false,
        };
        return leaf;
    }
}
