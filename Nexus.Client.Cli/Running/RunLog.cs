using Microsoft.Extensions.Logging;

namespace Nexus.Client.Cli.Running;

internal static partial class RunLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Problem}")]
    public static partial void Warning(ILogger logger, string problem);

    [LoggerMessage(2, LogLevel.Error, "Left out: {Problem}")]
    public static partial void LeftOut(ILogger logger, string problem);

    [LoggerMessage(3, LogLevel.Error, "Backend {Backend} is left out: {Problem}")]
    public static partial void BackendLeftOut(ILogger logger, string backend, string problem);

    [LoggerMessage(4, LogLevel.Information, "Backend {Backend} runs with {Addresses} addresses.")]
    public static partial void Started(ILogger logger, string backend, int addresses);

    [LoggerMessage(5, LogLevel.Information, "Stopping; a second signal ends at once.")]
    public static partial void Stopping(ILogger logger);

    [LoggerMessage(6, LogLevel.Information, "Stopped.")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(7, LogLevel.Error, "There is no backend that could run.")]
    public static partial void NothingRuns(ILogger logger);

    [LoggerMessage(8, LogLevel.Information, "Backend {Backend} changed: {Keys}.")]
    public static partial void Changed(ILogger logger, string backend, string keys);

    [LoggerMessage(9, LogLevel.Error, "Backend {Backend} stays as it was: {Problem}")]
    public static partial void NotChanged(ILogger logger, string backend, string problem);

    [LoggerMessage(10, LogLevel.Information, "Backend {Backend} is gone; its streams may finish.")]
    public static partial void Removed(ILogger logger, string backend);

    [LoggerMessage(11, LogLevel.Error, "{Problem}")]
    public static partial void Refused(ILogger logger, string problem);

    [LoggerMessage(12, LogLevel.Error, "{File} has errors: nothing changes.")]
    public static partial void NothingChanges(ILogger logger, string file);

    [LoggerMessage(13, LogLevel.Information, "{File} was read again; {Backends} backends run.")]
    public static partial void Read(ILogger logger, string file, int backends);

    [LoggerMessage(14, LogLevel.Warning, "Backend {Backend}: socks5ListenAddr counts from the next start of this program on.")]
    public static partial void NeedsRestart(ILogger logger, string backend);
}
