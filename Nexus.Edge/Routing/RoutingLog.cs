using Nexus.Contracts.Carriers;

namespace Nexus.Edge.Routing;

internal static partial class RoutingLog
{
    [LoggerMessage(201, LogLevel.Information, "Following the route directory from revision {Revision}: {Routes} routes on {Targets} targets.")]
    public static partial void Following(ILogger logger, ulong revision, int routes, int targets);

    [LoggerMessage(202, LogLevel.Warning, "No route directory ({Detail}); the last known routes keep serving.")]
    public static partial void Lost(ILogger logger, string detail);

    [LoggerMessage(203, LogLevel.Information, "Revision {Got} after {Last}: asking for a new snapshot.")]
    public static partial void Gap(ILogger logger, ulong last, ulong got);

    [LoggerMessage(204, LogLevel.Debug, "Target {TargetId} did not take a stream: {Refusal} {Detail}")]
    public static partial void TargetRefused(ILogger logger, string targetId, OpenRefusal refusal, string detail);

    [LoggerMessage(206, LogLevel.Warning, "Target {TargetId} gave no answer ({Refusal} {Detail}); it is tried last for {Duration}.")]
    public static partial void TargetSilent(ILogger logger, string targetId, OpenRefusal refusal, string detail, TimeSpan duration);

    [LoggerMessage(205, LogLevel.Debug, "Routes of revision {Revision} are in force.")]
    public static partial void InForce(ILogger logger, ulong revision);

    [LoggerMessage(207, LogLevel.Debug, "The route directory is still away ({Detail}).")]
    public static partial void StillAway(ILogger logger, string detail);
}
