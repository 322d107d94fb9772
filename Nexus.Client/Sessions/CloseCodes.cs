namespace Nexus.Client.Sessions;

/// <summary>What a hub's close code says about the attempt that it ended.</summary>
internal static class CloseCodes
{
    private const ushort PolicyViolation = 1008;
    private const ushort TryAgainLater = 1013;

    public static ConnectFailedException ToException(ushort? code, string? reason) => new(
        code switch
        {
            PolicyViolation => NexusConnectError.AuthenticationFailed,
            TryAgainLater => NexusConnectError.RateLimited,
            _ => NexusConnectError.RejectedEarly,
        },
        code is null ? "The hub ended the connection right after the handshake." : $"The hub closed the connection with code {code}{(string.IsNullOrEmpty(reason) ? "." : $": {reason}")}");
}
