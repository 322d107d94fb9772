using System.Collections.Immutable;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Directory;

/// <summary>
/// Everything that is served, at one revision. Immutable: a change gives the next table and costs as much as the change
/// is large, a snapshot costs nothing.
/// </summary>
/// <param name="Revision">Counts changes.</param>
/// <param name="Targets">By id.</param>
/// <param name="RouteCount">Of all targets.</param>
/// <param name="FarRouteCount">Of those in other regions.</param>
internal sealed record RouteTable(ulong Revision, ImmutableDictionary<string, TargetRoutes> Targets, int RouteCount, int FarRouteCount)
{
    public static RouteTable Empty { get; } = new(0, ImmutableDictionary<string, TargetRoutes>.Empty, 0, 0);

    /// <summary>The number of routes of a hub; 0 when it is not here.</summary>
    public int CountOf(string targetId) => Targets.TryGetValue(targetId, out var present) ? present.Routes.Count : 0;

    /// <summary>The table in which the hub serves exactly these keys, and what that changes; null when it changes nothing.</summary>
    public (RouteTable Next, RouteChange? Change) Replace(HubTarget target, IReadOnlyDictionary<RouteKey, RouteTerms> routes)
    {
        var present = Targets.GetValueOrDefault(target.Id);
        var before = present?.Routes ?? ImmutableDictionary<RouteKey, RouteTerms>.Empty;
        var upserts = routes.Select(route => new WeightedRoute(route.Key, route.Value));
        var removals = before.Keys.Where(key => !routes.ContainsKey(key));
        return With(target, present, upserts, removals);
    }

    /// <summary>The table after a hub's change; a key in both lists is removed.</summary>
    public (RouteTable Next, RouteChange? Change) Apply(HubTarget target, IEnumerable<WeightedRoute> upserts, IEnumerable<RouteKey> removals) =>
        With(target, Targets.GetValueOrDefault(target.Id), upserts, removals);

    public (RouteTable Next, RouteChange? Change) Remove(string targetId)
    {
        if (!Targets.TryGetValue(targetId, out var present)) return (this, null);
        var change = new RouteChange(Revision + 1, targetId, null, [], [], IsRemoved: true);
        return (Next(change, Targets.Remove(targetId), present, after: null), change);
    }

    private (RouteTable Next, RouteChange? Change) With(
        HubTarget target, TargetRoutes? present, IEnumerable<WeightedRoute> upserts, IEnumerable<RouteKey> removals)
    {
        var before = present?.Routes ?? ImmutableDictionary<RouteKey, RouteTerms>.Empty;
        var after = before.ToBuilder();
        var touched = new HashSet<RouteKey>();
        foreach (var (key, terms) in upserts)
        {
            after[key] = terms;
            touched.Add(key);
        }

        foreach (var key in removals)
        {
            after.Remove(key);
            touched.Add(key);
        }

        // Watchers drop the routes of one that is elsewhere, as those are of another process: then all are told again.
        var isElsewhere = present is not null && !present.Target.IsSamePlaceAs(target);
        var changed = isElsewhere ? after.Keys : touched.Where(key => after.TryGetValue(key, out var terms) && !(before.TryGetValue(key, out var old) && old == terms));
        var removed = touched.Where(key => before.ContainsKey(key) && !after.ContainsKey(key));
        var change = new RouteChange(
            Revision + 1,
            target.Id,
            present?.Target == target ? null : target,
            [.. changed.Select(key => new WeightedRoute(key, after[key]))],
            [.. removed],
            IsRemoved: false);
        if (change is { Target: null, Upserts.Count: 0, Removals.Count: 0 }) return (this, null);

        var routes = after.ToImmutable();
        var serves = new TargetRoutes(target, routes);
        return (Next(change, Targets.SetItem(target.Id, serves), present, serves), change);
    }

    private RouteTable Next(RouteChange change, ImmutableDictionary<string, TargetRoutes> targets, TargetRoutes? before, TargetRoutes? after) => new(
        change.Revision,
        targets,
        RouteCount - (before?.Routes.Count ?? 0) + (after?.Routes.Count ?? 0),
        FarRouteCount - FarCountOf(before) + FarCountOf(after));

    private static int FarCountOf(TargetRoutes? routes) => routes is { Target.IsLocal: false } ? routes.Routes.Count : 0;
}
