namespace Nexus.Protocol.Peering;

/// <summary>What a text message between nodes is.</summary>
public enum PeerMessageKind
{
    /// <summary>Of another version: to be ignored.</summary>
    Unknown,

    /// <summary>All names that the sender serves itself.</summary>
    Announce,

    /// <summary>Ours: what has changed since the last announcement.</summary>
    AnnounceDelta,

    /// <summary>A user for the receiver.</summary>
    TunnelRequest,
}
