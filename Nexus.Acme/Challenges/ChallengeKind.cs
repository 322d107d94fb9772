namespace Nexus.Acme.Challenges;

/// <summary>The ways of proof that this client can give.</summary>
public enum ChallengeKind
{
    /// <summary>A text served by plain HTTP on port 80, RFC 8555 §8.3.</summary>
    Http01,

    /// <summary>A certificate shown in a TLS handshake on port 443 with ALPN "acme-tls/1", RFC 8737.</summary>
    TlsAlpn01,
}
