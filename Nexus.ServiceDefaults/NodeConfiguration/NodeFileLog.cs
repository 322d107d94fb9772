using Microsoft.Extensions.Logging;

namespace Nexus.ServiceDefaults.NodeConfiguration;

internal static partial class NodeFileLog
{
    [LoggerMessage(1, LogLevel.Information, "Configured by {Path}.")]
    public static partial void Loaded(ILogger logger, string path);

    [LoggerMessage(2, LogLevel.Warning, "{Warning}")]
    public static partial void Warning(ILogger logger, string warning);

    [LoggerMessage(3, LogLevel.Information, "{Path} was read again. In effect now: {InEffect}. With the next start: {NeedRestart}.")]
    public static partial void Reloaded(ILogger logger, string path, string inEffect, string needRestart);

    [LoggerMessage(4, LogLevel.Error, "The changed configuration has {Count} errors; the one before stays in force.\n{Problems}")]
    public static partial void Refused(ILogger logger, int count, string problems);

    [LoggerMessage(5, LogLevel.Information, "{Path} was read again and has not changed.")]
    public static partial void Unchanged(ILogger logger, string path);
}
