using Nexus.Mesh.Directory;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Peering.Routes;

/// <summary>
/// Tells this region's directory what other regions serve: one target for each of them, which is this process. Not thread-safe: under the
/// lock of <see cref="PeerTable"/>, so that changes keep their order.
/// </summary>
internal sealed class RegionRoutes(RouteDirectory directory, PeerEntrance entrance, PeeringMetrics metrics)
{
    private readonly Dictionary<string, Region> _regions = new(StringComparer.Ordinal);

    /// <summary>Keys that a region serves from now on, or no more, and how far it is.</summary>
    public void Apply(string name, RegionChange change, int distance)
    {
        if (!_regions.TryGetValue(name, out var region))
        {
            if (change.Gained.Count == 0) return;
            _regions.Add(name, region = new(directory.Announce(entrance.ToTarget(name, distance), entrance.Call, RouteSource.Peer)));
        }

        LeaveOut(region, [.. region.LeftOut.Except(change.Lost)]);
        if (change.Lost.Count > 0 && region.IsKnown) Change(region, [], change.Lost); // makes room first
        Add(region, change.Gained);
        Move(name, distance);
    }

    /// <summary>The region is nearer, or farther away, or as far as before. Links are measured every few seconds, so this also looks for room again.</summary>
    public void Move(string name, int distance)
    {
        if (!_regions.TryGetValue(name, out var region)) return;
        if (region.LeftOut.Count > 0) Add(region, []);
        if (region.Announcement.Target.DistanceMilliseconds != distance) region.Announcement.Move(entrance.ToTarget(name, distance));
    }

    /// <summary>No link leads there any more.</summary>
    public void Remove(string name)
    {
        if (!_regions.Remove(name, out var region)) return;
        LeaveOut(region, []);
        region.Announcement.Finish(AnnouncementEnd.Lost);
    }

    /// <summary>What another region serves must not crowd out our own: as many as there is room for, with those that had none before.</summary>
    private void Add(Region region, IReadOnlyList<RouteKey> gained)
    {
        if (!region.IsKnown) region.IsKnown = region.Announcement.Replace(1, new Dictionary<RouteKey, RouteTerms>()) == AnnounceResult.Applied;
        List<RouteKey> waiting = [.. region.LeftOut, .. gained];
        var count = region.IsKnown ? Math.Min(waiting.Count, directory.RoomFor(region.Announcement.Target)) : 0;
        while (count > 0 && !Change(region, [.. waiting.Take(count).Select(key => new WeightedRoute(key, new RouteTerms(1)))], [])) count /= 2; // others were faster
        LeaveOut(region, [.. waiting.Skip(count)]);
    }

    private void LeaveOut(Region region, HashSet<RouteKey> keys)
    {
        metrics.RoutesLeftOut(keys.Count - region.LeftOut.Count);
        region.LeftOut = keys;
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

        /// <summary>Whether the directory has taken the region, if only without any key.</summary>
        public bool IsKnown { get; set; }

        /// <summary>Keys that the region serves and for which there was no room. The links' tables bound them.</summary>
        public HashSet<RouteKey> LeftOut { get; set; } = [];
    }
}
