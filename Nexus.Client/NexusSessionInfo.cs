namespace Nexus.Client;

/// <summary>The state of one address at one moment.</summary>
public sealed record NexusSessionInfo
{
    /// <summary>The hub's address.</summary>
    public required Uri Address { get; init; }

    /// <summary>What the client is doing about it.</summary>
    public required NexusSessionState State { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Attempts that failed one after the other; 0 once a session has lasted.</summary>
    public int FailedAttempts { get; init; }

    /// <summary>Why the last attempt failed; null when none has, or when one has succeeded since.</summary>
    public NexusConnectError? LastError { get; init; }

    /// <summary>What was said about it, for people; never holds a token or a secret.</summary>
    public string? LastErrorText { get; init; }

    /// <summary>When the next attempt is due, while waiting.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>How long the hub took to answer the last ping, what waited to be sent before it included; null without a session, or before the first answer.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>Streams open now.</summary>
    public int Streams { get; init; }
}
