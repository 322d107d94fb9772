using Microsoft.Extensions.Logging;

namespace Nexus.Client.Attestation;

internal static partial class AttestationLog
{
    [LoggerMessage(101, LogLevel.Warning, "The attestation command wrote to its error output (stage {Stage}): {Text}")]
    public static partial void ErrorOutput(ILogger logger, NexusTokenStage stage, string text);

    [LoggerMessage(102, LogLevel.Debug, "The attestation command ended with {ExitCode} after {Milliseconds} ms, {Bytes} bytes of output (stage {Stage}).")]
    public static partial void Ended(ILogger logger, NexusTokenStage stage, int exitCode, long milliseconds, int bytes);

    [LoggerMessage(103, LogLevel.Warning, "The secret stays as it was: {Text}")]
    public static partial void SecretKept(ILogger logger, string text);
}
