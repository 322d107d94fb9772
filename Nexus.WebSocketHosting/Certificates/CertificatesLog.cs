using Grpc.Core;

namespace Nexus.WebSocketHosting.Certificates;

internal static partial class CertificatesLog
{
    [LoggerMessage(1, LogLevel.Information, "Certificate generation {Generation} in use, valid until {NotAfter:u}.")]
    public static partial void Swapped(ILogger logger, ulong generation, DateTime notAfter);

    [LoggerMessage(2, LogLevel.Warning, "Certs cannot be watched ({StatusCode}); a certificate is present: {IsPresent}.")]
    public static partial void WatchFailed(ILogger logger, StatusCode statusCode, bool isPresent);

    [LoggerMessage(3, LogLevel.Warning, "Certificate generation {Generation} cannot be used; the last one stays.")]
    public static partial void Unusable(ILogger logger, ulong generation, Exception exception);
}
