using System.Collections.Immutable;
using Nexus.Mesh.Directory;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Store;

/// <summary>
/// One announcement that this mesh holds, and its hash in Redis, which nobody else writes: what is there, what it should be,
/// and how the one becomes the other.
/// </summary>
internal sealed class WrittenAnnouncement(RouteAnnouncement announcement, RouteDirectory directory, AnnouncementKeys keys, string node, ILogger logger)
{
    private const int CommandsInFlight = 8;

    private readonly string _key = keys.KeyOf(new(announcement.Target.Id, announcement.Call));
    private HashSet<RouteKey> _dirty = [];
    private ImmutableDictionary<RouteKey, RouteTerms> _routes = ImmutableDictionary<RouteKey, RouteTerms>.Empty;
    private HubTarget? _target;
    private ulong _revision;
    private ulong _digest;
    private string? _head;
    private bool _mustReconcile = true;
    private bool _mustExpire = true;
    private bool _isTouched;

    public AnnouncementId Id { get; } = new(announcement.Target.Id, announcement.Call);

    /// <summary>Whether Redis may have something else than it should.</summary>
    public bool IsDirty => _mustReconcile || _isTouched;

    /// <summary>Something of it may have changed: these routes or the target itself; null: whatever it is.</summary>
    public void Touch(IReadOnlyCollection<RouteKey>? changed)
    {
        _isTouched = true;
        if (changed is null) _mustReconcile = true;
        else if (_dirty.Count + changed.Count > HeldAnnouncements.MaxKeysOfOne) _mustReconcile = true;
        else _dirty.UnionWith(changed);
        if (_mustReconcile) _dirty = [];
    }

    /// <summary>Somebody or something else may have changed what is in Redis.</summary>
    public void Doubt() => Touch(null);

    /// <summary>Says that it still holds; doubts what is in Redis when that is not what was written last.</summary>
    public async Task RenewAsync(RedisSession session)
    {
        if (_head is null) return;
        var renewing = session.ExpireAsync(_key, keys.Lease);
        var reading = session.GetFieldAsync(_key, AnnouncementKeys.HeadField);
        var listing = session.IsInSetAsync(keys.Index, AnnouncementKeys.MemberOf(Id));
        await Task.WhenAll(renewing, reading, listing);
        if (!await renewing || await reading != _head) Doubt();
        if (!await listing) await session.AddToSetAsync(keys.Index, AnnouncementKeys.MemberOf(Id));
    }

    /// <summary>Brings Redis up to date. What fails is done anew, and more thoroughly, the next time.</summary>
    public async Task WriteAsync(RedisSession session)
    {
        var (touched, isDoubtful) = (_dirty, _mustReconcile);
        (_dirty, _mustReconcile, _isTouched) = ([], true, false);
        if (directory.RoutesOf(announcement) is not { } present) return; // its end is on the way
        if (isDoubtful) await ReconcileAsync(session, present);
        else await WriteChangesAsync(session, present, touched);
        _mustReconcile = false;
    }

    public async Task DeleteAsync(RedisSession session)
    {
        await Task.WhenAll(session.DeleteAsync(_key), session.RemoveFromSetAsync(keys.Index, AnnouncementKeys.MemberOf(Id)));
        await PublishAsync(session, StoredChangeKind.End, new StoredAnnouncement { Node = node }, [], []);
    }

    /// <summary>The mesh stops, but its hubs live and announce elsewhere: until then what they serve stays known.</summary>
    public Task LeaveAsync(RedisSession session) => session.ExpireAsync(_key, keys.Lease);

    private async Task WriteChangesAsync(RedisSession session, TargetRoutes present, HashSet<RouteKey> touched)
    {
        var upserts = new List<WeightedRoute>();
        var removals = new List<string>();
        var digest = _digest;
        var next = _routes.ToBuilder(); // and not what is present: that may have changes whose turn has not come
        foreach (var key in touched)
        {
            var had = _routes.TryGetValue(key, out var before);
            var has = present.Routes.TryGetValue(key, out var after);
            if (had == has && before == after) continue;
            if (had) digest = unchecked(digest - RouteDigest.Of(key, before));
            if (has) digest = unchecked(digest + RouteDigest.Of(key, after));
            if (has)
            {
                upserts.Add(new WeightedRoute(key, after));
                next[key] = after;
            }
            else
            {
                removals.Add(key.ToWireText());
                next.Remove(key);
            }
        }

        if (upserts.Count == 0 && removals.Count == 0 && present.Target == _target) return;
        var written = new TargetRoutes(present.Target, next.ToImmutable());
        var head = HeadOf(written, digest);
        await SendAsync(session, upserts, removals, AnnouncementKeys.Write(head));
        Remember(written, head);
        var isSmall = upserts.Count <= AnnouncementKeys.MaxFieldsOfCommand && removals.Count <= AnnouncementKeys.MaxFieldsOfCommand;
        await (isSmall ? PublishAsync(session, StoredChangeKind.Delta, head, upserts, removals) : PublishAsync(session, StoredChangeKind.Whole, head, [], []));
    }

    /// <summary>Reads the hash and writes what is different.</summary>
    private async Task ReconcileAsync(RedisSession session, TargetRoutes present)
    {
        var found = await CompareAsync(session, present);
        var digest = RouteDigest.Of(present.Routes);
        var isSame = found is { Upserts.Count: 0, Removals.Count: 0, Head: not null } && found.Head == _head;
        if (isSame && digest == _digest && present.Target == _target)
        {
            _routes = present.Routes;
            return;
        }

        if (_head is not null) StoreLog.Repaired(logger, Id.TargetId, Id.Call, found.Upserts.Count);
        var head = HeadOf(present, digest);
        _mustExpire = true; // it may be a new hash
        await SendAsync(session, found.Upserts, found.Removals, AnnouncementKeys.Write(head));
        await Task.WhenAll(session.AddToSetAsync(keys.Index, AnnouncementKeys.MemberOf(Id)), session.ExpireAsync(keys.Index, keys.IndexLease));
        Remember(present, head);
        await PublishAsync(session, StoredChangeKind.Whole, head, [], []);
    }

    private async Task<(List<WeightedRoute> Upserts, List<string> Removals, string? Head)> CompareAsync(RedisSession session, TargetRoutes present)
    {
        string? head = null;
        var same = new HashSet<RouteKey>();
        var extra = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            await session.ScanAsync(_key, (field, value) =>
            {
                if (field == AnnouncementKeys.HeadField) head = value;
                else if (!AnnouncementKeys.TryReadRoute(field, value, out var route) || !present.Routes.TryGetValue(route.Key, out var terms)) extra.Add(field);
                else if (terms == route.Terms) same.Add(route.Key);
            });
        }
        catch (StoreException ex) when (ex.Failure == StoreFailure.WrongType)
        {
            await session.DeleteAsync(_key);
        }

        var upserts = same.Count == present.Routes.Count ? [] : present.Routes.Where(route => !same.Contains(route.Key)).Select(route => new WeightedRoute(route.Key, route.Value)).ToList();
        return (upserts, [.. extra.Where(field => !IsServed(field, present))], head);
    }

    /// <summary>A field whose value cannot be read is overwritten rather than removed.</summary>
    private static bool IsServed(string field, TargetRoutes present) => RouteKey.TryParseWireText(field, out var key) && present.Routes.ContainsKey(key);

    /// <summary>In commands of bounded size, few at a time; the head is the last to change, and with the last fields at once.</summary>
    private async Task SendAsync(RedisSession session, List<WeightedRoute> upserts, List<string> removals, string head)
    {
        var inFlight = new List<Task>();
        foreach (var fields in removals.Chunk(AnnouncementKeys.MaxFieldsOfCommand)) await AddAsync(session.RemoveFieldsAsync(_key, fields));
        var chunks = upserts.Chunk(AnnouncementKeys.MaxFieldsOfCommand).ToList();
        foreach (var routes in chunks.SkipLast(1))
        {
            await AddAsync(session.SetFieldsAsync(_key, routes.SelectMany(Fields)));
            // What is half written when this process dies must not stay.
            if (routes == chunks[0]) await AddAsync(session.ExpireAsync(_key, keys.Lease));
        }

        inFlight.Add(session.SetFieldsAsync(_key, [.. chunks.LastOrDefault([]).SelectMany(Fields), AnnouncementKeys.HeadField, head]));
        if (_mustExpire) inFlight.Add(session.ExpireAsync(_key, keys.Lease));
        await Task.WhenAll(inFlight);
        _mustExpire = false;

        async Task AddAsync(Task command)
        {
            inFlight.Add(command);
            if (inFlight.Count < CommandsInFlight) return;
            await Task.WhenAll(inFlight);
            inFlight.Clear();
        }
    }

    private static string[] Fields(WeightedRoute route) => [route.Key.ToWireText(), AnnouncementKeys.ValueOf(route.Terms)];

    private StoredAnnouncement HeadOf(TargetRoutes present, ulong digest) => AnnouncementKeys.HeadOf(node, present.Target, ++_revision, digest, present.Routes.Count);

    private void Remember(TargetRoutes present, StoredAnnouncement head) =>
        (_routes, _target, _digest, _head) = (present.Routes, present.Target, head.Digest, AnnouncementKeys.Write(head));

    private Task PublishAsync(RedisSession session, StoredChangeKind kind, StoredAnnouncement head, List<WeightedRoute> upserts, List<string> removals) =>
        session.PublishAsync(keys.Channel, AnnouncementKeys.Write(new StoredChange
        {
            Kind = kind,
            Target = Id.TargetId,
            Call = Id.Call,
            Head = head,
            Set = upserts.ToDictionary(route => route.Key.ToWireText(), route => AnnouncementKeys.ValueOf(route.Terms)),
            Removed = removals,
        }));
}
