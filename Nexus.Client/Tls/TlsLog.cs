using Microsoft.Extensions.Logging;
using Nexus.Acme.Issuing;
using Nexus.Acme.Problems;
using Nexus.Client.Sessions;

namespace Nexus.Client.Tls;

internal static partial class TlsLog
{
    [LoggerMessage(401, LogLevel.Debug, "Stream {StreamId}: the user's TLS ended: {Failure}. {Detail}")]
    public static partial void Failed(ILogger logger, Guid streamId, TlsFailure failure, string detail);

    [LoggerMessage(402, LogLevel.Information, "Stream {StreamId}: an authority asked for the proof of a host name, and got it ({Kind}).")]
    public static partial void ProofGiven(ILogger logger, Guid streamId, string kind);

    [LoggerMessage(404, LogLevel.Error, "Stream {StreamId}: unexpected failure.")]
    public static partial void Faulted(ILogger logger, Guid streamId, Exception error);

    [LoggerMessage(405, LogLevel.Information, "A certificate was read from its files; it is valid until {NotAfter}.")]
    public static partial void FilesLoaded(ILogger logger, DateTimeOffset notAfter);

    [LoggerMessage(406, LogLevel.Warning, "The certificate in {CertificateFile} with the key in {KeyFile} cannot be used; one that was read before stays. {Problem}")]
    public static partial void FilesUnusable(ILogger logger, string certificateFile, string keyFile, string problem);

    [LoggerMessage(407, LogLevel.Information, "There is a certificate for a host name, valid until {NotAfter}.")]
    public static partial void Present(ILogger logger, DateTimeOffset notAfter);

    /// <summary>What the authority says names the host, and so is not for every log.</summary>
    public static void NotIssued(ILogger logger, IssueOutcome outcome, AcmeExplanation? explanation, string problem, DateTimeOffset nextAt)
    {
        NotIssued(logger, outcome, explanation?.Meaning ?? "", explanation?.Advice ?? "", nextAt);
        NotIssuedInDetail(logger, problem);
    }

    [LoggerMessage(408, LogLevel.Warning, "No certificate was issued ({Outcome}). {Meaning} {Advice} The next attempt is {NextAt}.")]
    private static partial void NotIssued(ILogger logger, IssueOutcome outcome, string meaning, string advice, DateTimeOffset nextAt);

    [LoggerMessage(412, LogLevel.Debug, "{Problem}")]
    private static partial void NotIssuedInDetail(ILogger logger, string problem);

    [LoggerMessage(409, LogLevel.Information, "The last session was lost while a certificate was being obtained; it goes on when there is a session again.")]
    public static partial void OrderPaused(ILogger logger);

    [LoggerMessage(410, LogLevel.Information, "Another process gets a certificate into {Folder} at present; it is waited for.")]
    public static partial void OtherProcess(ILogger logger, string folder);

    [LoggerMessage(411, LogLevel.Error, "A certificate cannot be kept; it is tried again in a minute.")]
    public static partial void KeeperFaulted(ILogger logger, Exception error);

    public static void NoCertificate(ILogger logger, SeldomWarning warning, Guid streamId)
    {
        if (warning.IsDue()) NoCertificate(logger, streamId);
        else Failed(logger, streamId, TlsFailure.NoCertificate, "");
    }

    [LoggerMessage(403, LogLevel.Warning, "Stream {StreamId}: a user was refused, because there is no certificate for the host name yet. (Said at most every 10 s.)")]
    private static partial void NoCertificate(ILogger logger, Guid streamId);
}
