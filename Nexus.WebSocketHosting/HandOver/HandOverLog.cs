namespace Nexus.WebSocketHosting.HandOver;

internal static partial class HandOverLog
{
    [LoggerMessage(1, LogLevel.Information, "Edges of this host hand users over at {Path}.")]
    public static partial void Listening(ILogger logger, string path);

    [LoggerMessage(2, LogLevel.Warning, "No hand-over ({Reason}); edges relay every user by gRPC.")]
    public static partial void Unavailable(ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Error, "A user that was handed over ended with a fault.")]
    public static partial void Faulted(ILogger logger, Exception exception);
}
