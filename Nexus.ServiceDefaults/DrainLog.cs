using Microsoft.Extensions.Logging;

namespace Nexus.ServiceDefaults;

internal static partial class DrainLog
{
    [LoggerMessage(1, LogLevel.Information, "Drained in {Elapsed}.")]
    public static partial void Done(ILogger logger, TimeSpan elapsed);

    [LoggerMessage(2, LogLevel.Warning, "Not done within the drain limit: {Stage} of {Step}.")]
    public static partial void LimitReached(ILogger logger, DrainStage stage, string step);

    [LoggerMessage(3, LogLevel.Error, "Failed while draining: {Stage} of {Step}.")]
    public static partial void StepFailed(ILogger logger, DrainStage stage, string step, Exception exception);
}
