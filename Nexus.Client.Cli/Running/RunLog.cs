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
}
