using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;

namespace Nexus.Mesh.Peering.Links;

internal static class PeerLinkEnds
{
    public static PeerLinkEnd? From(SessionReaderEnd end) => end switch
    {
        SessionReaderEnd.Cancelled => null,
        SessionReaderEnd.PeerClosed => PeerLinkEnd.PeerClosed,
        SessionReaderEnd.MessageTooBig or SessionReaderEnd.ProtocolError => PeerLinkEnd.ProtocolError,
        _ => PeerLinkEnd.Lost,
    };

    public static PeerLinkEnd? From(SessionWatchEnd end) => end switch
    {
        SessionWatchEnd.Cancelled => null,
        SessionWatchEnd.WriteStuck => PeerLinkEnd.WriteStuck,
        _ => PeerLinkEnd.Frozen,
    };

    public static PeerLinkEnd? From(SessionWriterEnd end) => end switch
    {
        SessionWriterEnd.Cancelled or SessionWriterEnd.Closed => null,
        SessionWriterEnd.ControlOverflow => PeerLinkEnd.ControlOverflow,
        _ => PeerLinkEnd.Lost,
    };

    /// <summary>The close frame that says so; null where nobody would read it, or it was sent already.</summary>
    public static (ushort Code, string Text)? ToClose(this PeerLinkEnd end) => end switch
    {
        PeerLinkEnd.Stopping => (WebSocketCloseCode.GoingAway, "this node stops"),
        PeerLinkEnd.Full => (WebSocketCloseCode.PolicyViolation, "too many links"),
        PeerLinkEnd.Itself => (WebSocketCloseCode.PolicyViolation, "this is the same node"),
        PeerLinkEnd.AnnouncementGap => (WebSocketCloseCode.PolicyViolation, "announcements do not follow each other"),
        PeerLinkEnd.Fault => (WebSocketCloseCode.GoingAway, ""),
        _ => null,
    };

    /// <summary>Whether the connection still carries a close frame.</summary>
    public static bool IsOrderly(this PeerLinkEnd end) => end is not (PeerLinkEnd.Lost or PeerLinkEnd.Frozen or PeerLinkEnd.WriteStuck or PeerLinkEnd.ControlOverflow);
}
