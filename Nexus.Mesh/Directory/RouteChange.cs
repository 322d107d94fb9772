using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Directory;

/// <summary>
/// What one revision of the table changed; always about one hub. <paramref name="Target"/> is set when the hub is new or
/// has moved (is it at another place than before, then <paramref name="Upserts"/> has all its routes); with <paramref name="IsRemoved"/> the hub is gone with all its routes.
/// </summary>
internal sealed record RouteChange(
    ulong Revision,
    string TargetId,
    HubTarget? Target,
    IReadOnlyList<WeightedRoute> Upserts,
    IReadOnlyList<RouteKey> Removals,
    bool IsRemoved);
