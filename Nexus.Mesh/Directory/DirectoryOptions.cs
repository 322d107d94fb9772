using System.ComponentModel.DataAnnotations;

namespace Nexus.Mesh.Directory;

internal sealed class DirectoryOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Mesh:Directory";

    /// <summary>An announcement lives this long after the hub's last word. Hubs speak every 5 s: two words may be lost.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")] public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// After a start the first watchers wait this long, so that hubs that live can announce anew: else a restart of the
    /// directory would tell every edge that nothing is served.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")] public TimeSpan Settle { get; set; } = TimeSpan.FromSeconds(3);

    [Range(1, 100_000)] public int MaxTargets { get; set; } = 1_000;

    [Range(1, 1_000_000)] public int MaxRoutesPerTarget { get; set; } = 200_000;

    /// <summary>A snapshot is one message, which must stay below what channels between services accept (64 MiB).</summary>
    [Range(1, 1_000_000)] public int MaxRoutes { get; set; } = 500_000;

    /// <summary>
    /// How much of that, in percent, may lead to other regions: whatever peers announce, the rest stays this region's own. A far key counts
    /// once for each mesh of this region that has a link there.
    /// </summary>
    [Range(0, 100)] public int FarRoutesPercent { get; set; } = 60;

    /// <summary>Routes that may lead to other regions.</summary>
    public int MaxFarRoutes => (int)((long)MaxRoutes * FarRoutesPercent / 100);

    [Range(1, 100_000)] public int MaxWatchers { get; set; } = 256;

    /// <summary>Changes that may wait for one watcher. Waiting changes are shared among watchers.</summary>
    [Range(1, 1_000_000)] public int WatcherQueueLength { get; set; } = 1_024;

    /// <summary>Whether a table has room for so many more routes of a target, which then has so many.</summary>
    public AnnounceResult Check(RouteTable table, HubTarget target, int routesOfTarget, int added)
    {
        if (routesOfTarget > MaxRoutesPerTarget) return AnnounceResult.TooManyRoutesOfTarget;
        if (added > 0 && table.RouteCount + added > MaxRoutes) return AnnounceResult.TooManyRoutes;
        if (added > 0 && !target.IsLocal && table.FarRouteCount + added > MaxFarRoutes) return AnnounceResult.TooManyFarRoutes;
        return table.Targets.Count >= MaxTargets && !table.Targets.ContainsKey(target.Id) ? AnnounceResult.TooManyTargets : AnnounceResult.Applied;
    }

    /// <summary>Routes that the target may have besides those that it has; never negative.</summary>
    public int RoomFor(RouteTable table, HubTarget target)
    {
        var room = Math.Min(MaxRoutesPerTarget - table.CountOf(target.Id), MaxRoutes - table.RouteCount);
        return Math.Max(0, target.IsLocal ? room : Math.Min(room, MaxFarRoutes - table.FarRouteCount));
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => MaxRoutesPerTarget <= MaxRoutes
        ? []
        : [new($"{nameof(MaxRoutesPerTarget)} must not be larger than {nameof(MaxRoutes)}.", [nameof(MaxRoutesPerTarget)])];
}
