using Microsoft.Extensions.Logging;

namespace Nexus.Client.LocalRouting;

internal static partial class RoutingLog
{
    [LoggerMessage(201, LogLevel.Debug, "Stream {StreamId}: refused by a connect handler: {Reason}")]
    public static partial void Rejected(ILogger logger, Guid streamId, string reason);

    [LoggerMessage(202, LogLevel.Warning, "Stream {StreamId}: nothing is mapped for port {Port} and the name that was asked for.")]
    public static partial void NoRoute(ILogger logger, Guid streamId, int port);

    [LoggerMessage(203, LogLevel.Error, "Stream {StreamId}: a connect handler failed.")]
    public static partial void HandlerFailed(ILogger logger, Guid streamId, Exception error);

    [LoggerMessage(204, LogLevel.Warning, "Stream {StreamId}: the local service for port {Port} could not be reached: {Error}.")]
    public static partial void DialFailed(ILogger logger, Guid streamId, int port, string error);

    [LoggerMessage(205, LogLevel.Error, "Stream {StreamId}: the function that serves it failed.")]
    public static partial void FunctionFailed(ILogger logger, Guid streamId, Exception error);

    [LoggerMessage(209, LogLevel.Error, "Stream {StreamId}: a connect handler answered a UDP user with a byte stream, or a TCP user with datagrams.")]
    public static partial void WrongTransport(ILogger logger, Guid streamId);
}
