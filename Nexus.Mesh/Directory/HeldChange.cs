using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Directory;

/// <summary>What happened to an announcement that this process holds.</summary>
/// <param name="Announcement">Whose.</param>
/// <param name="Keys">Those that may have changed; null: all of them.</param>
internal sealed record HeldChange(RouteAnnouncement Announcement, IReadOnlyCollection<RouteKey>? Keys);
