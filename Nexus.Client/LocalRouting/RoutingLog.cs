using Microsoft.Extensions.Logging;
using Nexus.Client.Sessions;

namespace Nexus.Client.LocalRouting;

internal static partial class RoutingLog
{
    [LoggerMessage(201, LogLevel.Debug, "Stream {StreamId}: refused by a connect handler: {Reason}")]
    public static partial void Rejected(ILogger logger, Guid streamId, string reason);

    [LoggerMessage(203, LogLevel.Error, "Stream {StreamId}: a connect handler failed.")]
    public static partial void HandlerFailed(ILogger logger, Guid streamId, Exception error);

    [LoggerMessage(205, LogLevel.Error, "Stream {StreamId}: the function that serves it failed.")]
    public static partial void FunctionFailed(ILogger logger, Guid streamId, Exception error);

    [LoggerMessage(206, LogLevel.Error, "Stream {StreamId}: the connection that a connect handler made failed.")]
    public static partial void ChannelFailed(ILogger logger, Guid streamId, Exception error);

    [LoggerMessage(209, LogLevel.Error, "Stream {StreamId}: a connect handler answered a UDP user with a byte stream, or a TCP user with datagrams.")]
    public static partial void WrongTransport(ILogger logger, Guid streamId);

    public static void NoRoute(ILogger logger, SeldomWarning warning, Guid streamId, int port)
    {
        if (warning.IsDue()) NoRoute(logger, streamId, port);
        else NoRouteAgain(logger, streamId, port);
    }

    public static void DialFailed(ILogger logger, SeldomWarning warning, Guid streamId, int port, string error)
    {
        if (warning.IsDue()) DialFailed(logger, streamId, port, error);
        else DialFailedAgain(logger, streamId, port, error);
    }

    [LoggerMessage(202, LogLevel.Warning, "Stream {StreamId}: nothing is mapped for port {Port} and the name that was asked for. (Said at most every 10 s.)")]
    private static partial void NoRoute(ILogger logger, Guid streamId, int port);

    [LoggerMessage(210, LogLevel.Debug, "Stream {StreamId}: nothing is mapped for port {Port} and the name that was asked for.")]
    private static partial void NoRouteAgain(ILogger logger, Guid streamId, int port);

    [LoggerMessage(204, LogLevel.Warning, "Stream {StreamId}: the local service for port {Port} could not be reached: {Error}. (Said at most every 10 s.)")]
    private static partial void DialFailed(ILogger logger, Guid streamId, int port, string error);

    [LoggerMessage(211, LogLevel.Debug, "Stream {StreamId}: the local service for port {Port} could not be reached: {Error}.")]
    private static partial void DialFailedAgain(ILogger logger, Guid streamId, int port, string error);
}
