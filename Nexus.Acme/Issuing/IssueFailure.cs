namespace Nexus.Acme.Issuing;

/// <summary>A failed attempt, as it is stored.</summary>
/// <param name="Error">What went wrong and what to do about it, in plain words.</param>
/// <param name="RetryAt">When the next attempt may be made; null when nothing stands against it.</param>
public sealed record IssueFailure(string Error, DateTimeOffset? RetryAt);
