using System.Diagnostics.CodeAnalysis;

namespace Nexus.Protocol.Backend;

/// <summary>
/// What a token says about a backend, as written: types are checked, values are not (<see cref="BackendTokenRules"/>,
/// <see cref="HandshakeRules"/>). Whole numbers beyond the range of <see cref="int"/> are held at its ends.
/// </summary>
public sealed record BackendClaims
{
    /// <summary>Names and one-label wildcards to serve (<c>hostnames</c>).</summary>
    public IReadOnlyList<string> Hostnames { get; init; } = [];

    /// <summary>TCP relay ports to serve (<c>tcp_ports</c>).</summary>
    public IReadOnlyList<int> TcpPorts { get; init; } = [];

    /// <summary>UDP relay ports to serve (<c>udp_routes</c>).</summary>
    public IReadOnlyList<UdpRouteClaim> UdpRoutes { get; init; } = [];

    /// <summary>Share of new users among backends of one route (<c>weight</c>); not positive means 1. Always written.</summary>
    public int Weight { get; init; }

    /// <summary>The challenge that the token answers (<c>session_nonce</c>).</summary>
    public string? SessionNonce { get; init; }

    /// <summary>Greatest age of the first token (<c>handshake_max_age_seconds</c>); absent or not positive: no check.</summary>
    public int? HandshakeMaxAgeSeconds { get; init; }

    /// <summary>Time between re-authentications (<c>reauth_interval_seconds</c>); absent or not positive: none.</summary>
    public int? ReauthIntervalSeconds { get; init; }

    /// <summary>Time to answer a re-authentication (<c>reauth_grace_seconds</c>); absent or not positive: 10 s.</summary>
    public int? ReauthGraceSeconds { get; init; }

    /// <summary>Longest deferral of a re-authentication while the authorizer is down (<c>maintenance_grace_cap_seconds</c>); 0: none, absent: the hub's default.</summary>
    public int? MaintenanceGraceCapSeconds { get; init; }

    /// <summary>Where the hub asks whether the authorizer is up (<c>authorizer_status_uri</c>).</summary>
    public string? AuthorizerStatusUri { get; init; }

    /// <summary>Opaque (<c>policy_version</c>).</summary>
    public string? PolicyVersion { get; init; }

    /// <summary>Whether the backend may dial out through the hub (<c>outbound_allowed</c>).</summary>
    public bool OutboundAllowed { get; init; }

    /// <summary>Ports that it may dial (<c>allowed_outbound_ports</c>); empty: all.</summary>
    public IReadOnlyList<int> AllowedOutboundPorts { get; init; } = [];

    /// <summary>Read and never used (<c>issued_at_quote</c>).</summary>
    public string? IssuedAtQuote { get; init; }

    /// <summary><c>iss</c>; see <see cref="BackendTokenRules.Issuer"/>.</summary>
    public string? Issuer { get; init; }

    /// <summary>The backend's name (<c>sub</c>); not used by the hub.</summary>
    public string? Subject { get; init; }

    /// <summary><c>aud</c>, read from a string or an array, written as an array; see <see cref="BackendTokenRules.Audience"/>.</summary>
    public IReadOnlyList<string> Audience { get; init; } = [];

    /// <summary><c>exp</c>; fractions of a second are kept.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary><c>nbf</c>.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary><c>iat</c>; only looked at with <see cref="HandshakeMaxAgeSeconds"/>.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary><c>jti</c>; not used.</summary>
    public string? TokenId { get; init; }

    /// <summary>
    /// Reads a JSON object. Unknown claims are ignored and null is absence; a wrong JSON type in a known claim, malformed
    /// JSON, or more than <see cref="BackendToken.MaxSize"/> bytes give false.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> json, [NotNullWhen(true)] out BackendClaims? claims) => BackendClaimsReader.TryRead(json, out claims);

    /// <summary>
    /// Writes compact JSON in the order of the original signer. Absent and empty claims are left out (<see cref="Weight"/> never);
    /// a number that is set is written, zero too, so a signer leaves those null that are not configured.
    /// </summary>
    public byte[] ToJson() => BackendClaimsWriter.Write(this);
}
