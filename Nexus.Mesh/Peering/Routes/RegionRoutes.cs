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
            if (region.Announcement.Replace(1, new Dictionary<RouteKey, RouteTerms>()) != AnnounceResult.Applied)
            {
                region.Announcement.Finish(AnnouncementEnd.Lost);
                metrics.RoutesLeftOut(change.Gained.Count);
                return;
            }

            _regions.Add(name, region);
        }

        if (change.Lost.Count > 0) Change(region, [], change.Lost); // makes room first
        var upserts = change.Gained.Select(key => new WeightedRoute(key, new RouteTerms(1))).ToList();
        while (upserts.Count > 0 && !Change(region, upserts, []))
        {
            // What another region serves must not crowd out our own; what is left out is served again when the region says so anew.
            var kept = upserts.Count / 2;
            metrics.RoutesLeftOut(upserts.Count - kept);
            upserts.RemoveRange(kept, upserts.Count - kept);
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

    private static bool Change(Region region, List<WeightedRoute> upserts, IReadOnlyList<RouteKey> lost)
    {
        if (region.Announcement.Change(region.Revision + 1, upserts, lost) is not (AnnounceResult.Applied or AnnounceResult.Ended)) return false;
        region.Revision++;
        return true;
    }

    private sealed class Region(RouteAnnouncement announcement)
    {
        public RouteAnnouncement Announcement { get; } = announcement;

        public ulong Revision { get; set; } = 1;
    }
}
