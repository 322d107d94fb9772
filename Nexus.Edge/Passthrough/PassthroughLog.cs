namespace Nexus.Edge.Passthrough;

internal static partial class PassthroughLog
{
    [LoggerMessage(301, LogLevel.Debug, "{Client} to {Host} on port {Port} closed: {Reason}; {ToBackend} bytes in, {ToUser} bytes out.")]
    public static partial void Closed(ILogger logger, string client, string? host, int port, CloseReason reason, long toBackend, long toUser);

    [LoggerMessage(302, LogLevel.Warning, "Too many connections have not said where to; the oldest of them are closed. (Said at most every {Interval}.)")]
    public static partial void PeekSlotsFull(ILogger logger, TimeSpan interval);
}
