using Nexus.Protocol.Backend;
using Nexus.Protocol.Peering;

namespace Nexus.Mesh.Peering.Links;

/// <summary>What a link tells the mesh that it belongs to. Called on its receive loop: nothing may wait.</summary>
internal interface IPeerLinkOwner
{
    /// <summary>The peer has said who it is; once. What leads back to ourselves is of no use.</summary>
    PeerLinkEnd? Introduced(PeerLink link);

    /// <summary>What the peer serves has changed.</summary>
    void Announced(PeerLink link, PeerRoutesChange change);

    /// <summary>The peer has a user for us.</summary>
    void Requested(PeerLink link, in ControlMessage request);
}
