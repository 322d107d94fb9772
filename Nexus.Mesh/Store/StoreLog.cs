namespace Nexus.Mesh.Store;

internal static partial class StoreLog
{
    [LoggerMessage(1, LogLevel.Information, "Redis at {Address} serves region {Region}.")]
    public static partial void Ready(ILogger logger, string address, string region);

    [LoggerMessage(2, LogLevel.Warning, "Redis is {Failure}: {Detail}. This mesh goes on with what it knows.")]
    public static partial void Failed(ILogger logger, StoreFailure failure, string detail);

    [LoggerMessage(3, LogLevel.Warning, "Announcement {Call} of target {TargetId} in Redis cannot be read.")]
    public static partial void Malformed(ILogger logger, string targetId, ulong call);

    [LoggerMessage(4, LogLevel.Debug, "Announcement {Call} of target {TargetId} of mesh {Node}: {Routes} routes read.")]
    public static partial void Read(ILogger logger, string targetId, ulong call, string node, int routes);

    [LoggerMessage(5, LogLevel.Information, "Announcement {Call} of target {TargetId} in Redis was not what was written; {Routes} fields written anew.")]
    public static partial void Repaired(ILogger logger, string targetId, ulong call, int routes);
}
