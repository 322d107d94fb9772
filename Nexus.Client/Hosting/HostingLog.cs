using Microsoft.Extensions.Logging;

namespace Nexus.Client.Hosting;

internal static partial class HostingLog
{
    [LoggerMessage(401, LogLevel.Information, "Backend {Backend} changed: {Keys}.")]
    public static partial void Changed(ILogger logger, string backend, string keys);

    [LoggerMessage(402, LogLevel.Error, "Backend {Backend} stays as it was: {Problem}")]
    public static partial void NotChanged(ILogger logger, string backend, string problem);
}
