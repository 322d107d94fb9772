namespace Nexus.Hub.Outbound;

internal static partial class OutboundLog
{
    [LoggerMessage(1, LogLevel.Debug, "Outbound {StreamId}: refused, {Reason}.")]
    public static partial void Refused(ILogger logger, Guid streamId, OutboundRefusal reason);

    [LoggerMessage(2, LogLevel.Debug, "Outbound {StreamId}: connected.")]
    public static partial void Connected(ILogger logger, Guid streamId);

    [LoggerMessage(3, LogLevel.Error, "Outbound {StreamId}: unexpected failure.")]
    public static partial void Faulted(ILogger logger, Guid streamId, Exception error);
}
