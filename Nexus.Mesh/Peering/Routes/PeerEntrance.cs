using Nexus.Mesh.Configuration;
using Nexus.Mesh.Directory;

namespace Nexus.Mesh.Peering.Routes;

/// <summary>Where this process takes users for other regions.</summary>
internal sealed class PeerEntrance
{
    /// <summary>Nodes that do not name their region are one.</summary>
    private const string Unnamed = "(unnamed)";

    /// <summary>Of its gRPC service for streams.</summary>
    public string StreamAddress { get; set; } = "";

    /// <summary>Of its Unix-domain socket for users' sockets; empty: none. Set before the first announcement.</summary>
    public string HandOverPath { get; set; } = "";

    /// <summary>Whether an id that callers name is this process's entrance to some region.</summary>
    public static bool IsMeant(MeshIdentity identity, string targetId) =>
        targetId.Length > identity.NodeId.Length && targetId.StartsWith(identity.NodeId, StringComparison.Ordinal) && targetId[identity.NodeId.Length] == '/';

    public HubTarget ToTarget(MeshIdentity identity, string region, int distance)
    {
        var name = region.Length > 0 ? region : Unnamed;
        return new($"{identity.NodeId}/{name}", StreamAddress, name, HandOverPath, Math.Max(1, distance));
    }
}
