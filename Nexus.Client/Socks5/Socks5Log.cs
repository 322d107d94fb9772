using Microsoft.Extensions.Logging;

namespace Nexus.Client.Socks5;

internal static partial class Socks5Log
{
    [LoggerMessage(501, LogLevel.Information, "SOCKS5 listens on {EndPoint}.")]
    public static partial void Listening(ILogger logger, string endPoint);

    [LoggerMessage(502, LogLevel.Warning, "SOCKS5 listens on {EndPoint}, which is not loopback, and asks nobody for a password: whoever reaches it leaves through the hub.")]
    public static partial void Exposed(ILogger logger, string endPoint);

    [LoggerMessage(503, LogLevel.Error, "SOCKS5 cannot listen on \"{Address}\": {Error}. The client runs without.")]
    public static partial void NotListening(ILogger logger, string address, string error);

    [LoggerMessage(504, LogLevel.Warning, "SOCKS5: accepting failed: {Error}.")]
    public static partial void AcceptFailed(ILogger logger, string error);

    [LoggerMessage(505, LogLevel.Warning, "SOCKS5: too many connections; some are closed. (Said at most every 10 s.)")]
    public static partial void TooMany(ILogger logger);

    [LoggerMessage(506, LogLevel.Debug, "SOCKS5: a connection ended as {Outcome}: {Reason}")]
    public static partial void Ended(ILogger logger, Outbound.OutboundOutcome outcome, string? reason);

    [LoggerMessage(507, LogLevel.Error, "SOCKS5: unexpected failure.")]
    public static partial void Faulted(ILogger logger, Exception error);
}
