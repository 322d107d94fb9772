using System.Security.Cryptography;
using System.Text;
using Nexus.Mesh.Configuration;
using Nexus.Mesh.Directory;

namespace Nexus.Mesh.Peering.Routes;

/// <summary>Where this process takes users for other regions.</summary>
internal sealed class PeerEntrance(MeshIdentity identity)
{
    /// <summary>Nodes that do not name their region are one.</summary>
    private const string Unnamed = "(unnamed)";

    private const int HashLength = 16;

    private string? _name;

    /// <summary>Of its gRPC service for streams. Set before the first announcement.</summary>
    public string StreamAddress { get; init; } = "";

    /// <summary>Of its Unix-domain socket for users' sockets; empty: none. Set before the first announcement.</summary>
    public string HandOverPath { get; set; } = "";

    /// <summary>
    /// Of the announcements of one entrance the one of the youngest process counts: nobody tells of the end of a mesh that is killed, but its
    /// successor at the same address replaces what it has announced.
    /// </summary>
    public ulong Call => (ulong)identity.Started.ToUnixTimeMilliseconds();

    /// <summary>The same for every process that is started at this address of this machine.</summary>
    private string Name => _name ??= $"{Environment.MachineName}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(StreamAddress)))[..HashLength]}";

    /// <summary>Whether an id that callers name is this process's entrance to some region.</summary>
    public bool IsMeant(string targetId) => targetId.Length > Name.Length && targetId.StartsWith(Name, StringComparison.Ordinal) && targetId[Name.Length] == '/';

    public HubTarget ToTarget(string region, int distance)
    {
        var name = region.Length > 0 ? region : Unnamed;
        return new($"{Name}/{name}", StreamAddress, name, HandOverPath, Math.Max(1, distance));
    }
}
