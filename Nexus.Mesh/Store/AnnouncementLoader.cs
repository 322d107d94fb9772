using System.Collections.Concurrent;
using Nexus.Mesh.Directory;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Store;

/// <summary>Reads announcements from Redis; changes nothing here.</summary>
internal sealed class AnnouncementLoader(AnnouncementKeys keys, RouteDirectory directory, StoreMetrics metrics, ILogger<AnnouncementLoader> logger)
{
    private const int HeadsAtATime = 64;
    private const int HashesAtATime = 4;

    /// <summary>Entries of the index beyond so many are not looked at.</summary>
    private const int MaxIndex = 20_000;

    /// <summary>What the index of the region names.</summary>
    public async Task<HashSet<AnnouncementId>> IndexAsync(RedisSession session)
    {
        var ids = new HashSet<AnnouncementId>();
        foreach (var member in (await session.MembersOfSetAsync(keys.Index)).Take(MaxIndex))
        {
            if (AnnouncementKeys.TryReadMember(member, out var id)) ids.Add(id);
            else metrics.Malformed();
        }

        return ids;
    }

    /// <summary>
    /// Each one's head and how long it lives. The head is null when the announcement is not there, or not yet; the time when it has no
    /// end, as when its mesh died while it wrote it.
    /// </summary>
    public async Task<IReadOnlyCollection<(AnnouncementId Id, StoredAnnouncement? Head, TimeSpan? Lifetime)>> HeadsAsync(
        RedisSession session, IEnumerable<AnnouncementId> ids, CancellationToken cancellationToken)
    {
        var heads = new ConcurrentBag<(AnnouncementId, StoredAnnouncement?, TimeSpan?)>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = HeadsAtATime, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ids, parallel, async (id, _) =>
        {
            var head = HeadAsync(session, id);
            var lifetime = session.LifetimeAsync(keys.KeyOf(id));
            await Task.WhenAll(head, lifetime);
            heads.Add((id, await head, await lifetime));
        });
        return heads;
    }

    /// <summary>All of each; those that are not there are not in the result.</summary>
    public async Task<IReadOnlyCollection<StoredContent>> ContentsAsync(RedisSession session, IEnumerable<AnnouncementId> ids, CancellationToken cancellationToken)
    {
        var contents = new ConcurrentBag<StoredContent>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = HashesAtATime, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ids, parallel, async (id, _) =>
        {
            if (await ContentAsync(session, id) is { } content) contents.Add(content);
        });
        return contents;
    }

    private async Task<StoredContent?> ContentAsync(RedisSession session, AnnouncementId id)
    {
        if (await HeadAsync(session, id) is not { } head) return null;
        var routes = new Dictionary<RouteKey, RouteTerms>(Math.Clamp(head.Routes, 0, directory.MaxRoutesPerTarget));
        await session.ScanAsync(keys.KeyOf(id), (field, value) =>
        {
            if (field == AnnouncementKeys.HeadField || routes.Count > directory.MaxRoutesPerTarget) return; // one more is enough to be refused
            if (AnnouncementKeys.TryReadRoute(field, value, out var route)) routes[route.Key] = route.Terms;
            else metrics.Malformed();
        });
        metrics.ReadWhole();
        StoreLog.Read(logger, id.TargetId, id.Call, head.Node, routes.Count);
        return new StoredContent(id, head, routes, await session.LifetimeAsync(keys.KeyOf(id)) ?? keys.Lease);
    }

    private async Task<StoredAnnouncement?> HeadAsync(RedisSession session, AnnouncementId id)
    {
        var text = await session.GetFieldAsync(keys.KeyOf(id), AnnouncementKeys.HeadField);
        if (text is null) return null;
        if (AnnouncementKeys.TryReadHead(text) is { } head && AnnouncementKeys.TargetOf(id.TargetId, head) is not null) return head;
        metrics.Malformed();
        return null;
    }
}
