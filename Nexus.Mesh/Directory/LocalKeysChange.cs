using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Directory;

/// <summary>How the set of keys that this region serves has changed since somebody last asked. No key is in both lists.</summary>
internal sealed record LocalKeysChange(IReadOnlyList<RouteKey> Added, IReadOnlyList<RouteKey> Removed)
{
    public bool IsEmpty => Added.Count == 0 && Removed.Count == 0;
}
