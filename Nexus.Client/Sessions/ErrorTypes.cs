namespace Nexus.Client.Sessions;

/// <summary>The values of the metric tag <c>error.type</c>.</summary>
internal static class ErrorTypes
{
    public static string ToErrorType(this NexusConnectError error) => error switch
    {
        NexusConnectError.Timeout => "timeout",
        NexusConnectError.ConnectionRefused => "connection_refused",
        NexusConnectError.NameNotResolved => "name_not_resolved",
        NexusConnectError.NetworkFailed => "network_failed",
        NexusConnectError.ProxyRefused => "proxy_refused",
        NexusConnectError.TlsFailed => "tls_failed",
        NexusConnectError.UpgradeRefused => "upgrade_refused",
        NexusConnectError.RateLimited => "rate_limited",
        NexusConnectError.AuthenticationFailed => "authentication_failed",
        NexusConnectError.TokenUnavailable => "token_unavailable",
        NexusConnectError.ChallengeInvalid => "challenge_invalid",
        NexusConnectError.RejectedEarly => "rejected_early",
        NexusConnectError.Unexpected => "unexpected",
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "Unknown error."),
    };

    /// <summary>Null for an end that was wanted.</summary>
    public static string? ToErrorType(this NexusSessionEnd end) => end switch
    {
        NexusSessionEnd.Stopped => null,
        NexusSessionEnd.ClosedByHub => "closed_by_hub",
        NexusSessionEnd.ConnectionLost => "connection_lost",
        NexusSessionEnd.HubSilent => "hub_silent",
        NexusSessionEnd.WriteTimeout => "write_timeout",
        NexusSessionEnd.ProtocolViolation => "protocol_violation",
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, "Unknown end."),
    };
}
