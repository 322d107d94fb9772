using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Peering.Routes;

/// <summary>What has changed in what another region serves, seen from here.</summary>
/// <param name="Gained">Keys that it serves now.</param>
/// <param name="Lost">Keys that it serves no more.</param>
internal readonly record struct RegionChange(IReadOnlyList<RouteKey> Gained, IReadOnlyList<RouteKey> Lost);
