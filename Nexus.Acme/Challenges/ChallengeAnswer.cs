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

    /// <summary>For those who got an answer from the issuer's process and serve it in theirs.</summary>
    /// <param name="identifier">The name that is proved.</param>
    /// <param name="kind">The way of proof.</param>
    /// <param name="keyAuthorization">As <see cref="KeyAuthorization"/>: token, dot, thumbprint.</param>
    /// <exception cref="FormatException">It is no key authorisation.</exception>
    public ChallengeAnswer(AcmeIdentifier identifier, ChallengeKind kind, string keyAuthorization)
    {
        ArgumentNullException.ThrowIfNull(keyAuthorization);
        if (keyAuthorization.Split('.') is not [var token, var thumbprint] || token.Length > AcmeChallenge.MaxToken || !Base64UrlText.IsValid(token) || thumbprint.Length != 43 || !Base64UrlText.IsValid(thumbprint))
            throw new FormatException("Not a key authorisation.");
        Identifier = identifier;
        Kind = kind;
        Token = token;
        KeyAuthorization = keyAuthorization;
    }

    internal ChallengeAnswer(AcmeIdentifier identifier, ChallengeKind kind, string token, SigningKey account)
        : this(identifier, kind, $"{token}.{account.Thumbprint}")
    {
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
