namespace Nexus.Protocol.Multiplexing;

/// <summary>Why a <see cref="SessionWatch"/> gave the session up.</summary>
public enum SessionWatchEnd
{
    /// <summary>Neither a message nor a pong came in time.</summary>
    PeerSilent,

    /// <summary>Nothing at all came, although the peer was asked: it is stopped, or cut off.</summary>
    PeerFrozen,

    /// <summary>One write to the transport took too long.</summary>
    WriteStuck,

    /// <summary>The owner cancelled.</summary>
    Cancelled,
}
