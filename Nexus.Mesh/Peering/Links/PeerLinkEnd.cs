namespace Nexus.Mesh.Peering.Links;

/// <summary>Why a link ended. Every end has exactly one.</summary>
internal enum PeerLinkEnd
{
    /// <summary>The peer closed it.</summary>
    PeerClosed,

    /// <summary>The connection broke.</summary>
    Lost,

    /// <summary>Nothing came for too long: the peer's process is stopped, or it is cut off.</summary>
    Frozen,

    /// <summary>The peer took nothing for too long.</summary>
    WriteStuck,

    /// <summary>The peer broke the protocol.</summary>
    ProtocolError,

    /// <summary>The peer's announcements do not follow each other: on a new link they begin anew.</summary>
    AnnouncementGap,

    /// <summary>The peer asks for more than it reads the answers of.</summary>
    ControlOverflow,

    /// <summary>It leads to this very process.</summary>
    Itself,

    /// <summary>There are as many links as there may be.</summary>
    Full,

    /// <summary>This mesh stops, or the peer is not to be linked with any more.</summary>
    Stopping,

    /// <summary>A bug: the exception is in the log.</summary>
    Fault,
}
