using Microsoft.Extensions.Options;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Directory;

/// <summary>
/// Who serves what in this region, in memory: every hub's word while its lease lasts. Changes are applied one at a time
/// and reach every watcher in the same order.
/// </summary>
internal sealed class RouteDirectory(IOptions<DirectoryOptions> options, DirectoryMetrics metrics, TimeProvider time, ILogger<RouteDirectory> logger)
{
    private readonly DirectoryOptions _options = options.Value;
    private readonly long _started = time.GetTimestamp();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, RouteAnnouncement> _owners = new(StringComparer.Ordinal);
    private readonly HashSet<RouteAnnouncement> _announcements = [];
    private readonly HashSet<RouteWatch> _watches = [];
    private volatile RouteTable _table = RouteTable.Empty;
    private bool _isStopping;

    /// <summary>What is served now.</summary>
    public RouteTable Table => _table;

    /// <summary>How long an announcement lives after the hub's last word.</summary>
    public TimeSpan Lease => _options.Lease;

    /// <summary>Begins the announcement of a hub; nothing is seen of it before its first full state.</summary>
    public RouteAnnouncement Announce(HubTarget target)
    {
        var announcement = new RouteAnnouncement(this, target, _options.Lease, time);
        lock (_lock)
        {
            _announcements.Add(announcement);
            if (!_isStopping) return announcement;
        }

        announcement.Finish(AnnouncementEnd.Stopping);
        return announcement;
    }

    /// <summary>Completes once hubs had the time to find this process (<see cref="DirectoryOptions.Settle"/>).</summary>
    public Task SettleAsync(CancellationToken cancellationToken)
    {
        var left = _options.Settle - time.GetElapsedTime(_started);
        return left > TimeSpan.Zero ? Task.Delay(left, time, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>The present table and all changes after it; null when there are as many watchers as there may be.</summary>
    public RouteWatch? TryWatch()
    {
        RouteWatch watch;
        bool isStopping;
        lock (_lock)
        {
            if (_watches.Count >= _options.MaxWatchers)
            {
                DirectoryLog.TooManyWatchers(logger, _watches.Count);
                return null;
            }

            watch = new RouteWatch(this, _table, _options.WatcherQueueLength);
            _watches.Add(watch);
            isStopping = _isStopping;
        }

        metrics.WatchStarted();
        if (isStopping) Finish(watch, WatchEnd.Stopping);
        return watch;
    }

    /// <summary>Ends all calls. Watchers go first, so that they do not see the hubs' routes withdrawn: they keep what they know.</summary>
    public void Stop()
    {
        RouteWatch[] watches;
        RouteAnnouncement[] announcements;
        lock (_lock)
        {
            _isStopping = true;
            watches = [.. _watches];
            announcements = [.. _announcements];
        }

        foreach (var watch in watches) Finish(watch, WatchEnd.Stopping);
        foreach (var announcement in announcements) announcement.Finish(AnnouncementEnd.Stopping);
    }

    internal AnnounceResult Replace(RouteAnnouncement announcement, ulong revision, IReadOnlyDictionary<RouteKey, RouteTerms> routes)
    {
        RouteAnnouncement? replaced = null;
        AnnounceResult result;
        List<RouteWatch> slow = [];
        lock (_lock)
        {
            var target = announcement.Target;
            result = announcement.Revision is not null ? AnnounceResult.OutOfOrder : Check(announcement, routes.Count, routes.Count - _table.CountOf(target.Id));
            if (result == AnnounceResult.Applied)
            {
                replaced = _owners.GetValueOrDefault(target.Id);
                if (replaced is not null) replaced.End = AnnouncementEnd.Replaced; // at once: a change of its must not reach what replaces it
                _owners[target.Id] = announcement;
                announcement.Revision = revision;
                slow = Publish(_table.Replace(target, routes));
            }
        }

        // Only now: as it does not own the hub any more, nothing is withdrawn.
        replaced?.Finish(AnnouncementEnd.Replaced);
        return Report(announcement, result, slow);
    }

    internal AnnounceResult Change(RouteAnnouncement announcement, ulong revision, IReadOnlyList<WeightedRoute> upserts, IReadOnlyList<RouteKey> removals)
    {
        AnnounceResult result;
        List<RouteWatch> slow = [];
        lock (_lock)
        {
            var (next, change) = _table.Apply(announcement.Target, upserts, removals);
            if (announcement.End is not null) result = AnnounceResult.Ended;
            else if (announcement.Revision is not { } last) result = AnnounceResult.OutOfOrder;
            else if (revision != last + 1) result = AnnounceResult.RevisionGap;
            else result = Check(announcement, next.CountOf(announcement.Target.Id), next.RouteCount - _table.RouteCount);

            if (result == AnnounceResult.Applied)
            {
                announcement.Revision = revision;
                slow = Publish((next, change));
            }
        }

        return Report(announcement, result, slow);
    }

    internal void Finish(RouteAnnouncement announcement, AnnouncementEnd end)
    {
        List<RouteWatch> slow = [];
        var withdrawn = 0;
        lock (_lock)
        {
            if (!_announcements.Remove(announcement)) return;
            announcement.End = end;
            if (_owners.GetValueOrDefault(announcement.Target.Id) == announcement)
            {
                _owners.Remove(announcement.Target.Id);
                withdrawn = _table.CountOf(announcement.Target.Id);
                slow = Publish(_table.Remove(announcement.Target.Id));
            }
        }

        announcement.SignalEnd();
        EndSlow(slow);
        metrics.AnnouncementEnded(end);
        DirectoryLog.AnnouncementEnded(logger, announcement.Target.Id, end, withdrawn);
    }

    internal void Finish(RouteWatch watch, WatchEnd end)
    {
        lock (_lock)
        {
            if (!_watches.Remove(watch)) return;
            watch.End = end;
        }

        Signal(watch, end);
    }

    private AnnounceResult Check(RouteAnnouncement announcement, int routesOfTarget, int added)
    {
        if (announcement.End is not null) return AnnounceResult.Ended;
        if (routesOfTarget > _options.MaxRoutesPerTarget) return AnnounceResult.TooManyRoutesOfTarget;
        if (added > 0 && _table.RouteCount + added > _options.MaxRoutes) return AnnounceResult.TooManyRoutes;
        return _table.Targets.Count >= _options.MaxTargets && !_table.Targets.ContainsKey(announcement.Target.Id)
            ? AnnounceResult.TooManyTargets
            : AnnounceResult.Applied;
    }

    private List<RouteWatch> Publish((RouteTable Next, RouteChange? Change) step)
    {
        if (step.Change is not { } change) return [];
        metrics.TableChanged(_table, step.Next);
        _table = step.Next;
        List<RouteWatch> slow = [.. _watches.Where(watch => !watch.TryAdd(change))];
        foreach (var watch in slow)
        {
            // At once, so that it gets nothing after the gap.
            _watches.Remove(watch);
            watch.End = WatchEnd.TooSlow;
        }

        return slow;
    }

    private AnnounceResult Report(RouteAnnouncement announcement, AnnounceResult result, List<RouteWatch> slow)
    {
        EndSlow(slow);
        if (result != AnnounceResult.Applied) DirectoryLog.Refused(logger, announcement.Target.Id, result);
        return result;
    }

    private void EndSlow(List<RouteWatch> slow)
    {
        foreach (var watch in slow)
        {
            Signal(watch, WatchEnd.TooSlow);
            DirectoryLog.WatcherTooSlow(logger, _options.WatcherQueueLength);
        }
    }

    private void Signal(RouteWatch watch, WatchEnd end)
    {
        watch.SignalEnd();
        metrics.WatchEnded(end);
        DirectoryLog.WatchEnded(logger, end);
    }
}
