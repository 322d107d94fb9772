namespace Nexus.Certs.Sharing;

internal static partial class SharingLog
{
    [LoggerMessage(1, LogLevel.Warning, "Redis cannot be used ({Problem}); nothing starts without what this Certs shares with others. It goes on trying.")]
    public static partial void Waiting(ILogger logger, string problem);

    [LoggerMessage(2, LogLevel.Information, "This Certs issues from now on.")]
    public static partial void Leads(ILogger logger);

    [LoggerMessage(3, LogLevel.Information, "This Certs does not issue any more.")]
    public static partial void LeadsNoMore(ILogger logger);

    [LoggerMessage(4, LogLevel.Warning, "Redis cannot be used ({Problem}); what is known is served, and nothing is issued.")]
    public static partial void Away(ILogger logger, string problem);

    [LoggerMessage(5, LogLevel.Information, "Redis can be used again.")]
    public static partial void Back(ILogger logger);
}
