using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Directory;

/// <summary>
/// Who serves what, in memory: the one table in which all announcements meet, those of hubs that call this process, those that
/// other meshes of the region hold, and those of what is reached in other regions. Of two announcements of one target the
/// newer counts. Changes are applied one at a time and reach every watcher in the same order.
/// </summary>
internal sealed class RouteDirectory(IOptions<DirectoryOptions> options, DirectoryMetrics metrics, TimeProvider time, ILogger<RouteDirectory> logger)
{
    private readonly DirectoryOptions _options = options.Value;
    private readonly long _started = time.GetTimestamp();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, RouteAnnouncement> _owners = new(StringComparer.Ordinal);
    private readonly HashSet<RouteAnnouncement> _announcements = [];
    private readonly HashSet<RouteWatch> _watches = [];
    private readonly ConcurrentBag<Task> _sources = [];
    private volatile RouteTable _table = RouteTable.Empty;
    private LocalRouteIndex? _local;
    private HeldAnnouncements? _held;
    private bool _isStopping;

    /// <summary>What is served now.</summary>
    public RouteTable Table => _table;

    /// <summary>How long an announcement lives after the hub's last word.</summary>
    public TimeSpan Lease => _options.Lease;

    /// <summary>The largest number of routes of one target.</summary>
    public int MaxRoutesPerTarget => _options.MaxRoutesPerTarget;

    /// <summary>This region's own routes by key. Made when it is asked for first.</summary>
    public LocalRouteIndex Local
    {
        get
        {
            lock (_lock)
            {
                if (_local is { } present) return present;
                _local = new LocalRouteIndex();
                foreach (var id in _table.Targets.Keys) _local.Apply(id, RouteTable.Empty, _table, change: null);
                return _local;
            }
        }
    }

    /// <summary>Begins an announcement; nothing is seen of it before its first full state.</summary>
    /// <param name="target">Of what.</param>
    /// <param name="call">Of the announcements of one target the one with the highest number counts, wherever they are made.</param>
    /// <param name="source">Whose word it is. Of two with the same number one that is made here counts more than another mesh's, and a later one more than an earlier.</param>
    public RouteAnnouncement Announce(HubTarget target, ulong call = 0, RouteSource source = RouteSource.Hub)
    {
        var lease = source == RouteSource.Hub ? _options.Lease : Timeout.InfiniteTimeSpan;
        var announcement = new RouteAnnouncement(this, target, call, source, lease, time);
        lock (_lock)
        {
            _announcements.Add(announcement);
            if (!_isStopping) return announcement;
        }

        announcement.Finish(AnnouncementEnd.Stopping);
        return announcement;
    }

    /// <summary>The announcements that count now, one for each target.</summary>
    public IReadOnlyList<RouteAnnouncement> Owners
    {
        get
        {
            lock (_lock) return [.. _owners.Values];
        }
    }

    /// <summary>What the announcement serves now; null when it does not count (any more).</summary>
    public TargetRoutes? RoutesOf(RouteAnnouncement announcement)
    {
        lock (_lock) { return IsOwner(announcement) ? _table.Targets.GetValueOrDefault(announcement.Target.Id) : null; }
    }

    /// <summary>The announcements that this process holds first-hand, from the present ones on, for the one who passes them on.</summary>
    public HeldAnnouncements Hold()
    {
        lock (_lock)
        {
            _held ??= new HeldAnnouncements();
            foreach (var owner in _owners.Values.Where(owner => owner.Source != RouteSource.Store)) _held.Began(owner);
            return _held;
        }
    }

    /// <summary>The first watchers also wait for this: a source of announcements that has told what it knows, or cannot.</summary>
    public void SettleAfter(Task known) => _sources.Add(known);

    /// <summary>Routes that the target may have besides those that it has.</summary>
    public int RoomFor(HubTarget target) => _options.RoomFor(_table, target);

    /// <summary>Completes once hubs had the time to find this process (<see cref="DirectoryOptions.Settle"/>), and other sources too.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_sources).WaitAsync(cancellationToken);
        var left = _options.Settle - time.GetElapsedTime(_started);
        if (left > TimeSpan.Zero) await Task.Delay(left, time, cancellationToken);
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
            var owner = _owners.GetValueOrDefault(target.Id);
            if (owner is not null && !announcement.CountsMoreThan(owner))
            {
                announcement.End ??= AnnouncementEnd.Replaced;
                replaced = announcement;
            }

            result = Check(announcement, routes.Count, routes.Count - _table.CountOf(target.Id));
            if (result == AnnounceResult.Applied)
            {
                replaced = owner == announcement ? null : owner;
                if (replaced is not null) replaced.End = AnnouncementEnd.Replaced; // at once: a change of its must not reach what replaces it
                _owners[target.Id] = announcement;
                announcement.Revision = revision;
                slow = Publish(announcement, _table.Replace(target, routes));
                if (owner != announcement && announcement.Source != RouteSource.Store) _held?.Began(announcement);
            }
        }

        // Only now: as it does not own the target any more, nothing is withdrawn.
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
                slow = Publish(announcement, (next, change));
            }
        }

        return Report(announcement, result, slow);
    }

    internal AnnounceResult Move(RouteAnnouncement announcement, HubTarget target)
    {
        if (target.Id != announcement.Target.Id) throw new ArgumentException("A target keeps its id.", nameof(target));
        var result = AnnounceResult.Applied;
        List<RouteWatch> slow = [];
        lock (_lock)
        {
            if (announcement.End is not null) result = AnnounceResult.Ended;
            else announcement.Target = target;
            if (IsOwner(announcement)) slow = Publish(announcement, _table.Apply(target, [], []));
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
            if (announcement.Source != RouteSource.Store && announcement.Revision is not null) _held?.Ended(announcement);
            if (_owners.GetValueOrDefault(announcement.Target.Id) == announcement)
            {
                _owners.Remove(announcement.Target.Id);
                withdrawn = _table.CountOf(announcement.Target.Id);
                slow = Publish(announcement, _table.Remove(announcement.Target.Id));
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

    private AnnounceResult Check(RouteAnnouncement announcement, int routesOfTarget, int added) =>
        announcement.End is null ? _options.Check(_table, announcement.Target, routesOfTarget, added) : AnnounceResult.Ended;

    private bool IsOwner(RouteAnnouncement announcement) => announcement.End is null && _owners.GetValueOrDefault(announcement.Target.Id) == announcement;

    private List<RouteWatch> Publish(RouteAnnouncement announcement, (RouteTable Next, RouteChange? Change) step)
    {
        if (step.Change is not { } change) return [];
        metrics.TableChanged(_table, step.Next);
        _local?.Apply(change.TargetId, _table, step.Next, change);
        if (announcement.Source != RouteSource.Store && !change.IsRemoved) _held?.Changed(announcement, change);
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
        if (result is not (AnnounceResult.Applied or AnnounceResult.Ended)) DirectoryLog.Refused(logger, announcement.Target.Id, result);
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
