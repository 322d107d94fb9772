namespace Nexus.Certs.Storage;

internal static partial class StorageLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Path} was open to others (mode {Mode}); it is not any more.")]
    public static partial void Restricted(ILogger logger, string path, string mode);
}
