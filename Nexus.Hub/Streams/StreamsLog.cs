using Nexus.Hub.Sessions;

namespace Nexus.Hub.Streams;

internal static partial class StreamsLog
{
    [LoggerMessage(1, LogLevel.Debug, "Stream {StreamId} ended: {Reason}; {BytesFromUser} bytes from the user, {BytesToUser} to it.")]
    public static partial void Ended(ILogger logger, Guid streamId, StreamEnd reason, long bytesFromUser, long bytesToUser);

    [LoggerMessage(2, LogLevel.Debug, "Stream refused: {Reason}.")]
    public static partial void Refused(ILogger logger, StreamRefusal reason);
}
