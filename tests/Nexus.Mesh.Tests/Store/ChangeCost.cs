namespace Nexus.Mesh.Tests.Store;

/// <summary>What changes of one key each have cost on their way from a hub to every edge.</summary>
/// <param name="Commands">To Redis, all changes together.</param>
/// <param name="Allocated">Bytes for each change, in all parts of the way together.</param>
/// <param name="ToEdge">Bytes of the largest message to an edge.</param>
/// <param name="ToPeer">Bytes of the largest message on a link to another region.</param>
internal sealed record ChangeCost(double Commands, long Allocated, int ToEdge, int ToPeer);
