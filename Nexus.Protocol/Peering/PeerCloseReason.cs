namespace Nexus.Protocol.Peering;

/// <summary>Why a tunnel was closed: our own extra byte of a close message, only between nodes that have announced that they know it.</summary>
public enum PeerCloseReason : byte
{
    /// <summary>Both directions have ended, and everything was delivered.</summary>
    Orderly = 0,

    /// <summary>One end broke: bytes may be missing.</summary>
    Reset = 1,

    /// <summary>The backend's local service could not be reached; nothing was delivered.</summary>
    DialFailed = 2,

    /// <summary>Nobody serves the name here (any more).</summary>
    NoBackend = 3,

    /// <summary>A limit is reached.</summary>
    Full = 4,

    /// <summary>The node takes nothing new, because it is about to stop.</summary>
    Draining = 5,
}
