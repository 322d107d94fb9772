using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Nexus.Mesh.Directory;

internal sealed class DirectoryMetrics
{
    private readonly UpDownCounter<long> _targets;
    private readonly UpDownCounter<long> _routes;
    private readonly UpDownCounter<long> _watchers;
    private readonly Counter<long> _changes;
    private readonly Counter<long> _announcementEnds;
    private readonly Counter<long> _watchEnds;

    public DirectoryMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Nexus.Mesh");
        _targets = meter.CreateUpDownCounter<long>("nexus.mesh.targets", "{target}", "Hubs whose routes are known.");
        _routes = meter.CreateUpDownCounter<long>("nexus.mesh.routes", "{route}", "Route keys known, counted once for each hub that serves them.");
        _watchers = meter.CreateUpDownCounter<long>("nexus.mesh.watchers", "{watcher}", "Calls that watch the routes now.");
        _changes = meter.CreateCounter<long>("nexus.mesh.route.changes", "{change}", "Revisions of the route table.");
        _announcementEnds = meter.CreateCounter<long>("nexus.mesh.announcement.ends", "{announcement}", "Announcements that are over.");
        _watchEnds = meter.CreateCounter<long>("nexus.mesh.watch.ends", "{watcher}", "Watches that are over.");
    }

    public void TableChanged(RouteTable before, RouteTable after)
    {
        _changes.Add(1);
        if (after.Targets.Count != before.Targets.Count) _targets.Add(after.Targets.Count - before.Targets.Count);
        if (after.RouteCount != before.RouteCount) _routes.Add(after.RouteCount - before.RouteCount);
    }

    public void AnnouncementEnded(AnnouncementEnd end) => _announcementEnds.Add(1, TagsOf(end.ToErrorType()));

    public void WatchStarted() => _watchers.Add(1);

    public void WatchEnded(WatchEnd end)
    {
        _watchers.Add(-1);
        _watchEnds.Add(1, TagsOf(end.ToErrorType()));
    }

    private static TagList TagsOf(string? errorType)
    {
        var tags = new TagList();
        if (errorType is not null) tags.Add("error.type", errorType);
        return tags;
    }
}
