using Nexus.Mesh.Directory;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Store;

/// <summary>One announcement that another mesh holds: what is known of it here, which the directory serves.</summary>
internal sealed class RemoteAnnouncement(RouteDirectory directory, AnnouncementId id)
{
    private RouteAnnouncement? _announcement;
    private StoredAnnouncement? _head;
    private ulong _digest;

    public AnnouncementId Id => id;

    /// <summary>When it ends unless it is heard of, as a timestamp.</summary>
    public long Deadline { get; set; }

    /// <summary>Since when it seems that Redis has something else, as a timestamp; null: it does not.</summary>
    public long? DoubtfulSince { get; set; }

    /// <summary>When it was read whole, as a timestamp.</summary>
    public long ReadAt { get; set; }

    /// <summary>Whether a newer announcement of the target counts.</summary>
    public bool IsReplaced => _announcement?.End is AnnouncementEnd.Replaced;

    /// <summary>Whether the directory had no place for it.</summary>
    public bool IsRefused => _announcement?.End is AnnouncementEnd.LimitReached;

    /// <summary>Whether what is known is what this head stands for. Then the head counts.</summary>
    public bool Agrees(StoredAnnouncement head)
    {
        if (_head is not { } known || known.Node != head.Node || head.Digest != _digest || !IsSameTarget(known, head)) return false;
        if (head.Revision > known.Revision) _head = head;
        return head.Revision >= known.Revision;
    }

    /// <summary>Takes all of it over. If it was changing meanwhile, the messages of those changes, which come after, make it whole.</summary>
    public void Replace(StoredContent content)
    {
        if (IsReplaced || AnnouncementKeys.TargetOf(id.TargetId, content.Head) is not { } target) return;
        if (_announcement is null or { End: not null }) _announcement = directory.Announce(target, id.Call, RouteSource.Store);
        if (_announcement.Target != target) _announcement.Move(target);
        var result = _announcement.Replace(NextRevision(_announcement), content.Routes);
        if (result is not (AnnounceResult.Applied or AnnounceResult.Ended)) _announcement.Finish(AnnouncementEnd.LimitReached);
        _head = content.Head;
        _digest = RouteDigest.Of(content.Routes);
    }

    /// <summary>Takes a change over. Where it leads to is compared with the head when heads are looked at: see <see cref="Agrees"/>.</summary>
    /// <returns>False when it must be read whole, because it is not the next change or cannot be read.</returns>
    public bool TryChange(StoredChange change)
    {
        var head = change.Head;
        if (_announcement is null || _head is not { } known || known.Node != head.Node) return false;
        if (_announcement.End is not null || head.Revision <= known.Revision) return true;
        if (head.Revision != known.Revision + 1) return Agrees(head);
        if (directory.RoutesOf(_announcement) is not { } before) return true;
        if (!TryRead(change, out var upserts, out var removals)) return false;
        if (!IsSameTarget(known, head) && AnnouncementKeys.TargetOf(id.TargetId, head) is { } target) _announcement.Move(target);

        var result = _announcement.Change(NextRevision(_announcement), upserts, removals);
        if (result is not (AnnounceResult.Applied or AnnounceResult.Ended)) _announcement.Finish(AnnouncementEnd.LimitReached);
        if (_announcement.End is not null || directory.RoutesOf(_announcement) is not { } after) return true;

        foreach (var key in upserts.Select(route => route.Key).Concat(removals).Distinct())
        {
            if (before.Routes.TryGetValue(key, out var old)) _digest = unchecked(_digest - RouteDigest.Of(key, old));
            if (after.Routes.TryGetValue(key, out var present)) _digest = unchecked(_digest + RouteDigest.Of(key, present));
        }

        _head = head;
        return true;
    }

    public void Finish(AnnouncementEnd end) => _announcement?.Finish(end);

    private static bool TryRead(StoredChange change, out List<WeightedRoute> upserts, out List<RouteKey> removals)
    {
        upserts = new List<WeightedRoute>(change.Set.Count);
        removals = new List<RouteKey>(change.Removed.Count);
        foreach (var (field, value) in change.Set)
        {
            if (!AnnouncementKeys.TryReadRoute(field, value, out var route)) return false;
            upserts.Add(route);
        }

        foreach (var field in change.Removed)
        {
            if (!RouteKey.TryParseWireText(field, out var key)) return false;
            removals.Add(key);
        }

        return true;
    }

    private static ulong NextRevision(RouteAnnouncement announcement) => (announcement.Revision ?? 0) + 1;

    private static bool IsSameTarget(StoredAnnouncement one, StoredAnnouncement other) =>
        one.Address == other.Address && one.Region == other.Region && one.HandOver == other.HandOver && one.Distance == other.Distance;
}
