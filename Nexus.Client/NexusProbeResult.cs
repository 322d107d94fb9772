namespace Nexus.Client;

/// <summary>What came of a look at one hub.</summary>
public sealed record NexusProbeResult
{
    /// <summary>The hub's address.</summary>
    public required Uri Address { get; init; }

    /// <summary>Why it would not do; null when the hub has taken the first token.</summary>
    public NexusConnectError? Error { get; init; }

    /// <summary>What was said about it, for people; never holds a token or a secret.</summary>
    public string? ErrorText { get; init; }

    /// <summary>From the dial to the hub's answer to the token, name resolution and TLS included.</summary>
    public required TimeSpan Duration { get; init; }
}
