namespace Nexus.Certs.Public;

internal static partial class PublicLog
{
    [LoggerMessage(1, LogLevel.Information, "The certificate for {Host} is valid until {NotAfter}; it is looked at again {NextAt}.")]
    public static partial void Present(ILogger logger, string host, DateTimeOffset notAfter, DateTimeOffset nextAt);

    [LoggerMessage(2, LogLevel.Error, "No certificate for {Host} ({Outcome}): {Problem} The next attempt is {NextAt}.")]
    public static partial void Failed(ILogger logger, string host, string outcome, string problem, DateTimeOffset nextAt);

    [LoggerMessage(4, LogLevel.Information, "Read {File}, which the original has left; the file stays as it is.")]
    public static partial void TakenOver(ILogger logger, string file);

    [LoggerMessage(5, LogLevel.Warning, "{File}, which the original has left, is of no use here ({Problem}); it goes on without it, and the file stays as it is.")]
    public static partial void NotTakenOver(ILogger logger, string file, string problem);

    [LoggerMessage(6, LogLevel.Warning, "The certificate for {Host} was revoked; another one is ordered.")]
    public static partial void Forgotten(ILogger logger, string host);

    [LoggerMessage(3, LogLevel.Warning, "There is no certificate for {Host} yet. Until {Directory} has issued one, the hub has one of the internal CA.")]
    public static partial void Interim(ILogger logger, string host, Uri directory);
}
