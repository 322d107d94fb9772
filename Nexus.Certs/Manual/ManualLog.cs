namespace Nexus.Certs.Manual;

internal static partial class ManualLog
{
    [LoggerMessage(1, LogLevel.Information, "Took the certificate from its files: valid until {NotAfter}.")]
    public static partial void Loaded(ILogger logger, DateTimeOffset notAfter);

    [LoggerMessage(2, LogLevel.Warning, "The certificate's files cannot be used; the certificate before stays: {Problem}")]
    public static partial void Broken(ILogger logger, string problem);
}
