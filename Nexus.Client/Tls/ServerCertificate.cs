using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Nexus.Acme.Challenges;

namespace Nexus.Client.Tls;

/// <summary>A certificate, ready for handshakes. Streams that began with it keep it after there is a newer one.</summary>
internal sealed class ServerCertificate
{
    private static readonly SslApplicationProtocol s_proof = new(ChallengeAnswer.AlpnProtocol);

    private ServerCertificate(X509Certificate2 certificate, X509Certificate2Collection? intermediates, List<SslApplicationProtocol>? protocols)
    {
        // Offline: what is sent is what was given, and no handshake fetches anything.
        var context = SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
        NotAfter = certificate.NotAfter.ToUniversalTime();
        Plain = CreateOptions(context, null);
        WithProtocol = protocols is null ? Plain : CreateOptions(context, protocols);
    }

    public DateTimeOffset NotAfter { get; }

    /// <summary>For users to whom no application protocol can be confirmed.</summary>
    public SslServerAuthenticationOptions Plain { get; }

    /// <summary>For users who offer the protocol that this certificate is for.</summary>
    public SslServerAuthenticationOptions WithProtocol { get; }

    /// <summary>A certificate for users; those who offer HTTP/1.1 get it confirmed.</summary>
    public static ServerCertificate ForUsers(X509Certificate2 certificate, X509Certificate2Collection? intermediates) => new(certificate, intermediates, [SslApplicationProtocol.Http11]);

    /// <summary>The certificate of a proof, RFC 8737 §3.</summary>
    public static ServerCertificate ForProof(X509Certificate2 certificate) => new(certificate, null, [s_proof]);

    private static SslServerAuthenticationOptions CreateOptions(SslStreamCertificateContext context, List<SslApplicationProtocol>? protocols) => new()
    {
        ServerCertificateContext = context,
        ApplicationProtocols = protocols,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        AllowRenegotiation = false,
        ClientCertificateRequired = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };
}
