using Microsoft.Extensions.Logging;

namespace Nexus.Client.Sessions;

internal static partial class SessionLog
{
    [LoggerMessage(301, LogLevel.Information, "{Address}: session open, waiting for the hub.")]
    public static partial void Opened(ILogger logger, Uri address);

    [LoggerMessage(302, LogLevel.Information, "{Address}: connected.")]
    public static partial void Confirmed(ILogger logger, Uri address);

    [LoggerMessage(303, LogLevel.Information, "{Address}: session ended: {End}, close code {CloseCode} {CloseReason}")]
    public static partial void Ended(ILogger logger, Uri address, NexusSessionEnd end, int? closeCode, string? closeReason);

    [LoggerMessage(304, LogLevel.Warning, "{Address}: attempt {Attempt} failed: {Error} ({Text}). Next in {Delay}.")]
    public static partial void AttemptFailed(ILogger logger, Uri address, int attempt, NexusConnectError error, string text, TimeSpan delay);

    [LoggerMessage(305, LogLevel.Warning, "{Address}: no token for the re-authentication: {Text}")]
    public static partial void ReauthTokenFailed(ILogger logger, Uri address, string text);

    [LoggerMessage(306, LogLevel.Information, "{Address}: re-authentication answered after {Milliseconds} ms.")]
    public static partial void Reauthenticated(ILogger logger, Uri address, long milliseconds);

    [LoggerMessage(307, LogLevel.Debug, "{Address}: stream {StreamId} opened for port {Port} ({Transport}, TLS: {IsTls}).")]
    public static partial void StreamOpened(ILogger logger, Uri address, Guid streamId, int port, NexusTransport transport, bool isTls);

    [LoggerMessage(308, LogLevel.Debug, "{Address}: stream {StreamId} ended: {End}, {BytesSent} bytes to the user, {BytesDelivered} bytes from the user.")]
    public static partial void StreamEnded(ILogger logger, Uri address, Guid streamId, Streams.StreamEnd end, long bytesSent, long bytesDelivered);

    [LoggerMessage(309, LogLevel.Debug, "{Address}: a text message of {Bytes} bytes was ignored.")]
    public static partial void TextIgnored(ILogger logger, Uri address, int bytes);

    [LoggerMessage(310, LogLevel.Information, "{Address}: stopping; {Streams} streams may finish.")]
    public static partial void Draining(ILogger logger, Uri address, int streams);

    [LoggerMessage(312, LogLevel.Warning, "{Address}: {Streams} streams did not end; a connect handler does not return.")]
    public static partial void StreamsLeft(ILogger logger, Uri address, int streams);

    [LoggerMessage(313, LogLevel.Error, "{Address}: unexpected failure.")]
    public static partial void AttemptFaulted(ILogger logger, Uri address, Exception error);

    [LoggerMessage(311, LogLevel.Error, "Stream {StreamId}: unexpected failure.")]
    public static partial void StreamFaulted(ILogger logger, Guid streamId, Exception error);
}
