using Nexus.Contracts.Carriers;

namespace Nexus.Edge.Passthrough;

/// <summary>
/// What a user is told whose connection goes nowhere, in the protocol it began to speak: an alert, a page, or nothing when it is
/// neither TLS nor HTTP, or has only itself to blame for not having said enough.
/// </summary>
internal static class Refusal
{
    /// <summary>Empty when there is nothing to say.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="target">The last target's refusal, when that is the reason.</param>
    /// <param name="firstBytes">What the user has sent.</param>
    public static byte[] WordsFor(CloseReason reason, OpenRefusal target, ReadOnlySpan<byte> firstBytes)
    {
        if (TlsAlert.IsUnderstoodBy(firstBytes)) return AlertFor(reason) is { } alert ? TlsAlert.Create(firstBytes, alert) : [];
        return StatusFor(reason, target) is { } status && HttpRefusal.IsUnderstoodBy(firstBytes) ? HttpRefusal.Create(firstBytes, status) : [];
    }

    private static byte? AlertFor(CloseReason reason) => reason switch
    {
        CloseReason.UnknownHost or CloseReason.BadName or CloseReason.NoName => TlsAlert.UnrecognizedName,
        CloseReason.Malformed or CloseReason.PeekTooLarge => TlsAlert.DecodeError,
        CloseReason.NoTarget or CloseReason.DialFailed or CloseReason.BackendReset => TlsAlert.InternalError, // nothing is wrong with what the user did
        _ => null,
    };

    private static int? StatusFor(CloseReason reason, OpenRefusal target) => reason switch
    {
        CloseReason.UnknownHost => StatusCodes.Status404NotFound,
        CloseReason.BadName => StatusCodes.Status421MisdirectedRequest,
        CloseReason.NoName or CloseReason.Malformed or CloseReason.NotRecognized => StatusCodes.Status400BadRequest,
        CloseReason.PeekTooLarge => StatusCodes.Status431RequestHeaderFieldsTooLarge,
        CloseReason.NoTarget => StatusFor(target),
        CloseReason.DialFailed or CloseReason.BackendReset => StatusCodes.Status502BadGateway,
        _ => null,
    };

    /// <summary>502: an answer that makes no sense. 503: nobody can take it now, try again.</summary>
    public static int StatusFor(OpenRefusal target) =>
        target == OpenRefusal.Rejected ? StatusCodes.Status502BadGateway : StatusCodes.Status503ServiceUnavailable;
}
