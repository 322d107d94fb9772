using Nexus.Acme.Certificates;
using Nexus.Acme.Problems;

namespace Nexus.Acme.Issuing;

/// <summary>How an attempt ended, and when the next one makes sense.</summary>
public sealed record IssueResult
{
    /// <summary>How it ended.</summary>
    public required IssueOutcome Outcome { get; init; }

    /// <summary>The certificate, when it was issued.</summary>
    public IssuedCertificate? Certificate { get; init; }

    /// <summary>What went wrong, when it failed.</summary>
    public AcmeException? Failure { get; init; }

    /// <summary>The last failure in words, of this attempt or of an earlier one; null when there was none.</summary>
    public string? LastError { get; init; }

    /// <summary>When to try again; null when it was issued.</summary>
    public DateTimeOffset? RetryAt { get; init; }
}
