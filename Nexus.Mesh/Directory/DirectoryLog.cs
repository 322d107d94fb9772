namespace Nexus.Mesh.Directory;

internal static partial class DirectoryLog
{
    [LoggerMessage(1, LogLevel.Information, "Hub {TargetId} announced {Routes} routes.")]
    public static partial void Announced(ILogger logger, string targetId, int routes);

    [LoggerMessage(2, LogLevel.Information, "The announcement of hub {TargetId} is over: {End}; {Routes} routes withdrawn.")]
    public static partial void AnnouncementEnded(ILogger logger, string targetId, AnnouncementEnd end, int routes);

    [LoggerMessage(3, LogLevel.Warning, "Hub {TargetId} was refused: {Result}.")]
    public static partial void Refused(ILogger logger, string targetId, AnnounceResult result);

    [LoggerMessage(4, LogLevel.Debug, "A watcher left: {End}.")]
    public static partial void WatchEnded(ILogger logger, WatchEnd end);

    [LoggerMessage(5, LogLevel.Warning, "A watcher was ended: more than {QueueLength} changes waited for it.")]
    public static partial void WatcherTooSlow(ILogger logger, int queueLength);

    [LoggerMessage(6, LogLevel.Warning, "A watcher was refused: there are {Watchers} already.")]
    public static partial void TooManyWatchers(ILogger logger, int watchers);
}
