namespace Nexus.Mesh.Directory;

/// <summary>Where streams for its routes can be opened: a hub of this region, or a mesh that is the entrance to another one.</summary>
/// <param name="Id">Of a hub unique per process start; of an entrance the same for every process at its address.</param>
/// <param name="StreamAddress">Of its gRPC service for streams.</param>
/// <param name="Region">Empty: this one.</param>
/// <param name="HandOverPath">Of its Unix-domain socket for users' sockets; empty: none.</param>
/// <param name="DistanceMilliseconds">0: a hub of this region; else how far the other region is, there and back.</param>
internal sealed record HubTarget(string Id, string StreamAddress, string Region, string HandOverPath = "", int DistanceMilliseconds = 0)
{
    /// <summary>Whether it serves its routes in this region.</summary>
    public bool IsLocal => DistanceMilliseconds == 0;

    /// <summary>Whether watchers keep its routes when they hear of it as this: what they have opened leads to the same process.</summary>
    public bool IsSamePlaceAs(HubTarget other) =>
        other.Id == Id && other.StreamAddress == StreamAddress && other.HandOverPath == HandOverPath && other.IsLocal == IsLocal;
}
