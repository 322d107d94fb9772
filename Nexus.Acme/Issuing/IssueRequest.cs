using Nexus.Acme.Renewal;

namespace Nexus.Acme.Issuing;

/// <summary>A certificate that is wanted.</summary>
public sealed record IssueRequest
{
    /// <summary>DNS names and IP addresses as an operator writes them, 1 to 100; no wildcards.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>One of the authority's profiles, or null for its usual one.</summary>
    public string? Profile { get; init; }

    /// <summary>The common name of the root that the chain should lead to, if the authority offers such a chain.</summary>
    public string? PreferredRoot { get; init; }

    /// <summary>The certificate that it takes the place of (RFC 9773 §5); an authority that does not know it is not told.</summary>
    public CertificateId? Replaces { get; init; }

    /// <summary>Does not wait for the time of the next attempt, because somebody has just put things right. The limit of orders holds all the same.</summary>
    public bool IgnoresBackoff { get; init; }
}
