namespace Nexus.Client;

/// <summary>The certificate of one host name at one moment.</summary>
public sealed record NexusCertificateInfo
{
    /// <summary>The host name, normalised.</summary>
    public required string Host { get; init; }

    /// <summary>How things stand.</summary>
    public required NexusCertificateState State { get; init; }

    /// <summary>When the present certificate runs out; null when there is none.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>
    /// What went wrong in the last attempt and what to do about it, in plain words; null when nothing did. Of a renewal too, while the old
    /// certificate is still good. Never holds a secret.
    /// </summary>
    public string? Problem { get; init; }

    /// <summary>When something is done next: an attempt, a renewal, or a look whether one is due; null when that is not known.</summary>
    public DateTimeOffset? NextAttempt { get; init; }
}
