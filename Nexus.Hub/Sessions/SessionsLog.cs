namespace Nexus.Hub.Sessions;

internal static partial class SessionsLog
{
    [LoggerMessage(1, LogLevel.Debug, "Connection {ConnectionId}: handshake ended with {Outcome} ({Refusal}).")]
    public static partial void Handshake(ILogger logger, string connectionId, HandshakeOutcome outcome, string? refusal);

    [LoggerMessage(2, LogLevel.Information, "Connection {ConnectionId}: session began, {Routes} routes.")]
    public static partial void Began(ILogger logger, string connectionId, int routes);

    [LoggerMessage(3, LogLevel.Information, "Connection {ConnectionId}: session ended, {Reason}.")]
    public static partial void Ended(ILogger logger, string connectionId, SessionEnd reason);

    [LoggerMessage(4, LogLevel.Information, "Draining: {Sessions} sessions, {Streams} streams.")]
    public static partial void Draining(ILogger logger, int sessions, int streams);
}
