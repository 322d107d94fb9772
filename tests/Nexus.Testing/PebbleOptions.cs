namespace Nexus.Testing;

/// <summary>How a <see cref="PebbleProcess"/> behaves.</summary>
public sealed record PebbleOptions
{
    /// <summary>Where HTTP-01 is validated, on every address; null: a free port, reserved for the test's listener, which must set SO_REUSEADDR (Kestrel does).</summary>
    public int? HttpPort { get; init; }

    /// <summary>Where TLS-ALPN-01 is validated; null: as for <see cref="HttpPort"/>.</summary>
    public int? TlsPort { get; init; }

    /// <summary>How many of a hundred good nonces are refused.</summary>
    public int NonceRejectPercent { get; init; }

    /// <summary>How long a validation sleeps at most, in whole seconds (pebble draws it); null: not at all.</summary>
    public TimeSpan? ValidationDelay { get; init; }

    /// <summary>How long certificates are valid, in whole seconds; null: pebble's own five years.</summary>
    public TimeSpan? CertificateValidity { get; init; }

    /// <summary>Refuses what future versions will refuse.</summary>
    public bool IsStrict { get; init; } = true;

    /// <summary>MAC keys (base64url) by key identifier: when given, accounts must be bound to one.</summary>
    public IReadOnlyDictionary<string, string>? ExternalAccounts { get; init; }

    /// <summary>Further roots, each with a chain of its own.</summary>
    public int AlternateRoots { get; init; }

    /// <summary>Intermediates between a certificate and its root, from 1.</summary>
    public int ChainLength { get; init; } = 1;

    /// <summary>How many of a hundred valid authorisations are used again for a new order.</summary>
    public int AuthorizationReusePercent { get; init; }

    /// <summary>Domains, with all below them, that are refused by policy.</summary>
    public IReadOnlyList<string> BlockedDomains { get; init; } = [];
}
