using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Calls;

internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Error, "Error when executing service method '{ServiceMethod}'.")]
    public static partial void MethodFailed(ILogger logger, string serviceMethod, Exception exception);
}
