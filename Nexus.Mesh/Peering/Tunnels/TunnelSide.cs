namespace Nexus.Mesh.Peering.Tunnels;

/// <summary>Which end of a tunnel this mesh is.</summary>
internal enum TunnelSide
{
    /// <summary>The user is here.</summary>
    Origin,

    /// <summary>The backend is here.</summary>
    Destination,
}
