namespace Nexus.Protocol.Peering;

/// <summary>The keys of a text message between nodes.</summary>
internal enum PeerMessageField
{
    Other,
    Type,
    Version,
    Hostnames,
    Id,
    Port,
    ClientAddress,
    Hostname,
    Transport,
    IsTls,
    Node,
    Base,
    Added,
    Removed,
    TraceParent,
    TraceState,
    NodeVersion,
    NodeName,
    NodeRegion,
}
