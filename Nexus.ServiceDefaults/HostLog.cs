using Microsoft.Extensions.Logging;

namespace Nexus.ServiceDefaults;

internal static partial class HostLog
{
    [LoggerMessage(1, LogLevel.Critical, "{Count} configuration errors: {Failures}")]
    public static partial void InvalidConfiguration(ILogger logger, int count, string failures);
}
