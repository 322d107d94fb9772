using Nexus.Hub.Authentication;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;

namespace Nexus.Hub.Sessions;

/// <summary>What an end of a session means to metrics and to the backend.</summary>
internal static class SessionEnds
{
    /// <summary>Whether somebody failed: such ends are the metric's `error.type`.</summary>
    public static bool IsFailure(this SessionEnd end) => end is not (SessionEnd.PeerClosed or SessionEnd.Drained);

    /// <summary>Null: another loop has decided.</summary>
    public static SessionEnd? From(SessionReaderEnd end) => end switch
    {
        SessionReaderEnd.PeerClosed => SessionEnd.PeerClosed,
        SessionReaderEnd.ProtocolError => SessionEnd.ProtocolError,
        SessionReaderEnd.MessageTooBig => SessionEnd.MessageTooBig,
        SessionReaderEnd.Cancelled => null,
        _ => SessionEnd.PeerVanished,
    };

    /// <summary>Null: another loop has decided.</summary>
    public static SessionEnd? From(SessionWatchEnd end) => end switch
    {
        SessionWatchEnd.PeerSilent => SessionEnd.Silent,
        SessionWatchEnd.PeerFrozen => SessionEnd.Frozen,
        SessionWatchEnd.WriteStuck => SessionEnd.WriteTimeout,
        _ => null,
    };

    /// <summary>Null: the receiver has sent a close frame, and is about to decide.</summary>
    public static SessionEnd? From(SessionWriterEnd end) => end switch
    {
        SessionWriterEnd.TransportFailed => SessionEnd.PeerVanished,
        SessionWriterEnd.ControlOverflow => SessionEnd.ControlOverflow,
        _ => null,
    };

    /// <summary>Null: the session ended first.</summary>
    public static SessionEnd? From(ReauthenticationEnd end) => end switch
    {
        ReauthenticationEnd.TimedOut => SessionEnd.ReauthenticationTimeout,
        ReauthenticationEnd.Refused => SessionEnd.ReauthenticationRefused,
        _ => null,
    };

    /// <summary>Code and text of the close frame; null when none can or need be sent.</summary>
    public static (ushort Code, string Text)? ToClose(this SessionEnd end) => end switch
    {
        // The receiver has answered a close frame, or sent one, by itself.
        SessionEnd.PeerClosed or SessionEnd.ProtocolError or SessionEnd.MessageTooBig => null,
        SessionEnd.PeerVanished or SessionEnd.WriteTimeout or SessionEnd.ControlOverflow => null,
        SessionEnd.Silent or SessionEnd.Frozen or SessionEnd.ProbeUnanswered => (WebSocketCloseCode.GoingAway, "no sign of life"),
        SessionEnd.ReauthenticationTimeout => (WebSocketCloseCode.PolicyViolation, "no token in time"),
        SessionEnd.ReauthenticationRefused => (WebSocketCloseCode.PolicyViolation, "token refused"),
        SessionEnd.Drained => (WebSocketCloseCode.GoingAway, "hub stops"),
        SessionEnd.Fault => (InternalError, ""),
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, null),
    };

    /// <summary>RFC 6455 §7.4.1.</summary>
    private const ushort InternalError = 1011;
}
