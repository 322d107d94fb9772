namespace Nexus.Hub.Bandwidth;

internal static partial class BandwidthLog
{
    [LoggerMessage(1, LogLevel.Information, "The hub carries at most {MegabitsPerSecond} Mbit/s, both directions together.")]
    public static partial void Limited(ILogger logger, int megabitsPerSecond);

    [LoggerMessage(2, LogLevel.Warning, "The bandwidth is used up: {Percent} % of it in the last {Period}; {Waiting} streams wait.")]
    public static partial void UsedUp(ILogger logger, int percent, TimeSpan period, int waiting);

    [LoggerMessage(3, LogLevel.Information, "There is bandwidth again: {Percent} % of it used in the last {Period}.")]
    public static partial void Relaxed(ILogger logger, int percent, TimeSpan period);
}
