using Grpc.Core;

namespace Nexus.Hub.Announcing;

internal static partial class AnnouncingLog
{
    [LoggerMessage(1, LogLevel.Information, "Announcing {Routes} routes as {TargetId} from {StreamAddress}.")]
    public static partial void Opened(ILogger logger, int routes, string targetId, string streamAddress);

    [LoggerMessage(2, LogLevel.Debug, "Announced {Changes} changes as revision {Revision}.")]
    public static partial void Changed(ILogger logger, int changes, ulong revision);

    [LoggerMessage(3, LogLevel.Warning, "The route directory is away ({StatusCode}); sessions and their streams go on.")]
    public static partial void Lost(ILogger logger, StatusCode statusCode);
}
