using Nexus.Mesh.Configuration;
using Nexus.Mesh.Directory;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Peering.Routes;

/// <summary>
/// Tells this region's directory what other regions serve: one target for each of them, which is this process. Not thread-safe: under the
/// lock of <see cref="PeerTable"/>, so that changes keep their order.
/// </summary>
internal sealed class RegionRoutes(RouteDirectory directory, MeshIdentity identity, PeerEntrance entrance, PeeringMetrics metrics)
{
    private readonly Dictionary<string, Region> _regions = new(StringComparer.Ordinal);

    /// <summary>Keys that a region serves from now on, or no more, and how far it is.</summary>
    public void Apply(string name, RegionChange change, int distance)
    {
        if (!_regions.TryGetValue(name, out var region))
        {
            if (change.Gained.Count == 0) return;
            region = new(directory.Announce(entrance.ToTarget(identity, name, distance), source: RouteSource.Peer));
            region.Announcement.Replace(1, new Dictionary<RouteKey, RouteTerms>());
            _regions.Add(name, region);
        }

        var upserts = change.Gained.Select(key => new WeightedRoute(key, new RouteTerms(1))).ToList();
        var result = region.Announcement.Change(++region.Revision, upserts, change.Lost);
        if (result is not (AnnounceResult.Applied or AnnounceResult.Ended))
        {
            // What another region serves must not crowd out our own; what is left out is served again when the region says so anew.
            region.Revision--;
            metrics.RoutesLeftOut(upserts.Count);
            region.Announcement.Change(++region.Revision, [], change.Lost);
        }

        if (region.Announcement.Target.DistanceMilliseconds != distance) Move(name, distance);
    }

    /// <summary>The region is nearer, or farther away.</summary>
    public void Move(string name, int distance)
    {
        if (_regions.TryGetValue(name, out var region)) region.Announcement.Move(entrance.ToTarget(identity, name, distance));
    }

    /// <summary>No link leads there any more.</summary>
    public void Remove(string name)
    {
        if (_regions.Remove(name, out var region)) region.Announcement.Finish(AnnouncementEnd.Lost);
    }

    private sealed class Region(RouteAnnouncement announcement)
    {
        public RouteAnnouncement Announcement { get; } = announcement;

        public ulong Revision { get; set; } = 1;
    }
}
