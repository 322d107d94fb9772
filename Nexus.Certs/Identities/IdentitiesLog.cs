namespace Nexus.Certs.Identities;

internal static partial class IdentitiesLog
{
    [LoggerMessage(1, LogLevel.Information, "The internal CA is valid until {NotAfter}; its root certificate is {RootFile}.")]
    public static partial void Opened(ILogger logger, string rootFile, DateTimeOffset notAfter);

    [LoggerMessage(2, LogLevel.Information, "Issued a development certificate for the hub: valid until {NotAfter}, renewed in {RenewIn}.")]
    public static partial void Issued(ILogger logger, DateTimeOffset notAfter, TimeSpan renewIn);
}
