using Grpc.Core;

namespace Nexus.Identities;

internal static partial class IdentityLog
{
    [LoggerMessage(1, LogLevel.Information, "This process is a {Role} to the others, until {NotAfter}.")]
    public static partial void InUse(ILogger logger, ServiceRole role, DateTimeOffset notAfter);

    [LoggerMessage(2, LogLevel.Warning, "No identity from Certs yet ({StatusCode}: {Detail}); it is asked again. The present one: {Current}.")]
    public static partial void NotIssued(ILogger logger, StatusCode statusCode, string detail, string current);

    [LoggerMessage(3, LogLevel.Error, "Certs refuses to renew the identity ({Reason}); it ends {NotAfter}. A new join token lets this process in again.")]
    public static partial void RenewalRefused(ILogger logger, string reason, DateTimeOffset notAfter);

    [LoggerMessage(4, LogLevel.Warning, "The identity in {File} is of no use (a {Role}'s, until {NotAfter}).")]
    public static partial void Outdated(ILogger logger, string file, ServiceRole role, DateTimeOffset notAfter);

    [LoggerMessage(5, LogLevel.Warning, "The identity in {File} is damaged: {Problem}")]
    public static partial void Damaged(ILogger logger, string file, string problem);

    [LoggerMessage(6, LogLevel.Warning, "The identity cannot be kept in {File}: {Problem} A restart will need a new join token.")]
    public static partial void NotWritten(ILogger logger, string file, string problem);

    [LoggerMessage(7, LogLevel.Warning, "A {Side} was not accepted: {Fault}")]
    public static partial void Refused(ILogger logger, string side, string fault);
}
