namespace Nexus.Edge.PlainHttp;

internal static partial class PlainHttpLog
{
    [LoggerMessage(401, LogLevel.Information, "Plain HTTP on {Address}.")]
    public static partial void Listening(ILogger logger, string address);
}
