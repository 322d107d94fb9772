using System.Security.Cryptography.X509Certificates;
using Nexus.Acme.Orders;
using Nexus.Acme.Signing;

namespace Nexus.Acme.Challenges;

/// <summary>What has to be served as the proof of a name. Not a secret: whoever asks may see it.</summary>
public sealed record ChallengeAnswer
{
    /// <summary>The ALPN protocol that asks for the certificate, RFC 8737 §3.</summary>
    public const string AlpnProtocol = "acme-tls/1";

    private const string Folder = "/.well-known/acme-challenge/";

    internal ChallengeAnswer(AcmeIdentifier identifier, ChallengeKind kind, string token, SigningKey account)
    {
        Identifier = identifier;
        Kind = kind;
        Token = token;
        KeyAuthorization = $"{token}.{account.Thumbprint}";
    }

    /// <summary>The name that is proved.</summary>
    public AcmeIdentifier Identifier { get; }

    /// <summary>The way of proof.</summary>
    public ChallengeKind Kind { get; }

    /// <summary>The last part of the path for HTTP-01: base64url characters only.</summary>
    public string Token { get; }

    /// <summary>The body to answer with for HTTP-01, as it is (RFC 8555 §8.1); media type application/octet-stream.</summary>
    public string KeyAuthorization { get; }

    /// <summary>The path for HTTP-01.</summary>
    public string Path => Folder + Token;

    /// <summary>The server name of the handshake for TLS-ALPN-01; for an IP address its reverse name (RFC 8738 §6).</summary>
    public string ServerName => Identifier.ServerName;

    /// <summary>The certificate to show for TLS-ALPN-01, with its key, valid from an hour ago for a day. The caller's to dispose.</summary>
    public X509Certificate2 CreateCertificate(TimeProvider? time = null) => TlsAlpnCertificate.Create(this, (time ?? TimeProvider.System).GetUtcNow());
}
