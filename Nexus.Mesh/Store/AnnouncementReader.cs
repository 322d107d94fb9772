using Microsoft.Extensions.Options;
using Nexus.Mesh.Configuration;
using Nexus.Mesh.Directory;

namespace Nexus.Mesh.Store;

/// <summary>
/// Brings what the other meshes of the region hold into the directory: by messages as it changes, and by looking at the heads of
/// all announcements every few seconds, so that a lost message heals. Whoever is not heard of for a lease is dropped, but the
/// time in which Redis cannot be asked does not count.
/// </summary>
internal sealed class AnnouncementReader(
    RouteDirectory directory,
    AnnouncementLoader loader,
    AnnouncementKeys keys,
    MeshIdentity identity,
    StoreStatus status,
    StoreMetrics metrics,
    IOptions<StoreOptions> options,
    TimeProvider time)
{
    private const int MaxMessages = 1_024;

    private readonly Dictionary<AnnouncementId, RemoteAnnouncement> _remote = [];
    private readonly Dictionary<AnnouncementId, long> _missing = [];
    private readonly TimeSpan _tick = options.Value.RenewInterval / 25;
    private readonly TimeSpan _lookInterval = options.Value.RenewInterval * 0.9; // with the second look it is within the interval
    private readonly TimeSpan _patience = options.Value.RenewInterval * 2; // for our own message to come back
    private long? _unheardSince;

    /// <summary>Reads until the token fires or Redis fails.</summary>
    public async Task RunAsync(RedisSession session, CancellationToken cancellationToken)
    {
        var inbox = new ChangeInbox(MaxMessages, metrics.Dropped);
        session.Disturbed += inbox.Miss;
        await session.SubscribeAsync(keys.Channel, inbox.Add);
        _unheardSince = null;
        foreach (var remote in _remote.Values) Prolong(remote, keys.Lease);
        await LookAsync(session, isPatient: false, cancellationToken);
        status.Connected();

        using var ticks = new PeriodicTimer(_tick, time);
        var (looked, ticking, reading) = (time.GetTimestamp(), ticks.WaitForNextTickAsync(cancellationToken).AsTask(), inbox.WaitAsync(cancellationToken));
        while (true)
        {
            if (inbox.TakeMissed()) await LookAsync(session, isPatient: false, cancellationToken);
            while (inbox.TryRead(out var message)) await ReceiveAsync(session, message, cancellationToken);
            if (reading.IsCompletedSuccessfully) reading = inbox.WaitAsync(cancellationToken);
            if (ticking.IsCompletedSuccessfully)
            {
                ticking = ticks.WaitForNextTickAsync(cancellationToken).AsTask();
                await TickAsync(session, cancellationToken);
            }

            if (time.GetElapsedTime(looked) >= _lookInterval)
            {
                looked = time.GetTimestamp();
                await LookAsync(session, isPatient: true, cancellationToken);
            }

            await await Task.WhenAny(ticking, reading);
        }
    }

    private async Task ReceiveAsync(RedisSession session, string message, CancellationToken cancellationToken)
    {
        if (message.Length == 0) return;
        if (AnnouncementKeys.TryReadChange(message) is not { } change)
        {
            metrics.Malformed();
            return;
        }

        if (change.Head.Node == identity.NodeId)
        {
            if (change.Kind == StoredChangeKind.Beat) _unheardSince = null;
            return;
        }

        var id = new AnnouncementId(change.Target, change.Call);
        var remote = _remote.GetValueOrDefault(id);
        switch (change.Kind)
        {
            case StoredChangeKind.End:
                Drop(id, AnnouncementEnd.Completed);
                break;
            case StoredChangeKind.Delta when remote?.TryChange(change) == true:
            case StoredChangeKind.Whole when remote?.Agrees(change.Head) == true:
            case StoredChangeKind.Beat:
                break;
            default:
                await LoadAsync(session, [id], cancellationToken);
                break;
        }
    }

    /// <summary>Looks at all heads. What differs is read again: at once, or if it still differs at the next tick, as its message may be on the way.</summary>
    private async Task LookAsync(RedisSession session, bool isPatient, CancellationToken cancellationToken)
    {
        if (_unheardSince is { } since && time.GetElapsedTime(since) >= _patience) throw new StoreException(StoreFailure.Silent, $"what was published {_patience} ago did not come back");
        var index = await loader.IndexAsync(session);
        var heads = await loader.HeadsAsync(session, index.Union(_remote.Keys).ToList(), cancellationToken);
        var different = new List<AnnouncementId>();
        foreach (var (id, head, lifetime) in heads)
        {
            if (head is null) continue;
            var remote = _remote.GetValueOrDefault(id);
            if (remote is not null && lifetime is { } lasts) Prolong(remote, lasts);
            if (head.Node == identity.NodeId || (remote is not null && IsSettled(remote, head))) continue;
            if (isPatient && remote is { IsRefused: false }) remote.DoubtfulSince ??= time.GetTimestamp();
            else different.Add(id);
        }

        await LoadAsync(session, different, cancellationToken);
        await TidyAsync(session, index, heads.Where(head => head.Head is null).Select(head => head.Id).ToHashSet());
        _unheardSince ??= time.GetTimestamp();
        var beat = new StoredChange { Kind = StoredChangeKind.Beat, Head = new StoredAnnouncement { Node = identity.NodeId } };
        await session.PublishAsync(keys.Channel, AnnouncementKeys.Write(beat));
    }

    /// <summary>Whether nothing needs to be read: it is known, or does not count, or was refused a short while ago.</summary>
    private bool IsSettled(RemoteAnnouncement remote, StoredAnnouncement head)
    {
        if (remote.IsReplaced) return true;
        if (remote.IsRefused) return time.GetElapsedTime(remote.ReadAt) < options.Value.ReconcileInterval;
        if (!remote.Agrees(head)) return false;
        remote.DoubtfulSince = null;
        return true;
    }

    private async Task TickAsync(RedisSession session, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        await DropExpiredAsync(session, now, cancellationToken);

        var doubtful = _remote.Values.Where(remote => remote.DoubtfulSince is { } since && since < now).Select(remote => remote.Id).ToList();
        if (doubtful.Count == 0) return;
        var different = new List<AnnouncementId>();
        foreach (var (id, head, _) in await loader.HeadsAsync(session, doubtful, cancellationToken))
        {
            if (!_remote.TryGetValue(id, out var remote)) continue;
            remote.DoubtfulSince = null;
            if (head is not null && !remote.Agrees(head)) different.Add(id);
        }

        await LoadAsync(session, different, cancellationToken);
    }

    /// <summary>Only who is not there any more: it may have been renewed since it was looked at.</summary>
    private async Task DropExpiredAsync(RedisSession session, long now, CancellationToken cancellationToken)
    {
        var expired = _remote.Values.Where(remote => remote.Deadline <= now).Select(remote => remote.Id).ToList();
        if (expired.Count == 0) return;
        foreach (var (id, head, lifetime) in await loader.HeadsAsync(session, expired, cancellationToken))
        {
            if (head is not null && lifetime > TimeSpan.Zero && _remote.TryGetValue(id, out var remote)) Prolong(remote, lifetime.Value);
            else Drop(id, AnnouncementEnd.LeaseExpired);
        }
    }

    private async Task LoadAsync(RedisSession session, List<AnnouncementId> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0) return;
        foreach (var content in await loader.ContentsAsync(session, ids, cancellationToken))
        {
            if (content.Head.Node == identity.NodeId) continue;
            if (!_remote.TryGetValue(content.Id, out var remote))
            {
                _remote[content.Id] = remote = new RemoteAnnouncement(directory, content.Id);
                metrics.AnnouncementsChanged(1);
            }

            remote.Replace(content);
            (remote.DoubtfulSince, remote.ReadAt) = (null, time.GetTimestamp());
            Prolong(remote, content.Lifetime);
        }
    }

    /// <summary>Takes out of the index what has not been there for two leases; its mesh would have put it there again.</summary>
    private async Task TidyAsync(RedisSession session, HashSet<AnnouncementId> index, HashSet<AnnouncementId> absent)
    {
        absent.IntersectWith(index);
        foreach (var id in _missing.Keys.Where(id => !absent.Contains(id)).ToList()) _missing.Remove(id);
        foreach (var id in absent)
        {
            if (_missing.TryAdd(id, time.GetTimestamp()) || time.GetElapsedTime(_missing[id]) < keys.Lease * 2) continue;
            await session.RemoveFromSetAsync(keys.Index, AnnouncementKeys.MemberOf(id));
            _missing.Remove(id);
        }
    }

    private void Drop(AnnouncementId id, AnnouncementEnd end)
    {
        if (!_remote.Remove(id, out var remote)) return;
        remote.Finish(end);
        metrics.AnnouncementsChanged(-1);
    }

    private void Prolong(RemoteAnnouncement remote, TimeSpan lifetime)
    {
        var lasts = lifetime < keys.Lease ? lifetime : keys.Lease; // another mesh may be set to longer ones; the clock is ours
        remote.Deadline = time.GetTimestamp() + (long)(lasts.TotalSeconds * time.TimestampFrequency);
    }
}
