using Nexus.Mesh.Directory;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Tests.Directory;

/// <summary>A watcher's own copy, built from a snapshot and deltas as routing.proto says, with its own plain code.</summary>
internal sealed class WatchedTable
{
    private readonly Dictionary<string, HubTarget> _targets = [];
    private readonly Dictionary<(string Target, RouteKey Key), RouteTerms> _routes = [];

    public WatchedTable(RouteTable snapshot)
    {
        Revision = snapshot.Revision;
        foreach (var (target, routes) in snapshot.Targets.Values)
        {
            _targets.Add(target.Id, target);
            foreach (var (key, terms) in routes) _routes.Add((target.Id, key), terms);
        }
    }

    public ulong Revision { get; private set; }

    public static string[] Describe(RouteTable table) => new WatchedTable(table).Describe();

    public void Apply(RouteChange change)
    {
        Assert.Equal(Revision + 1, change.Revision);
        Revision = change.Revision;
        var isElsewhere = change.Target is { } moved && _targets.TryGetValue(moved.Id, out var known) && !moved.IsSamePlaceAs(known);
        if (isElsewhere) RemoveRoutes(change.TargetId);
        if (change.Target is { } target) _targets[target.Id] = target;
        foreach (var (key, terms) in change.Upserts) _routes[(change.TargetId, key)] = terms;
        foreach (var key in change.Removals) Assert.True(_routes.Remove((change.TargetId, key)) || isElsewhere);
        if (!change.IsRemoved) return;

        Assert.True(_targets.Remove(change.TargetId));
        RemoveRoutes(change.TargetId);
    }

    public static string Text(RouteTerms terms) => terms.FlowIdleMilliseconds == 0 ? $"{terms.Weight}" : $"{terms.Weight} idle {terms.FlowIdleMilliseconds}";

    public string[] Describe() =>
    [
        .. _targets.Values.Select(target => $"{target.Id}@{target.StreamAddress}{(target.IsLocal ? "" : $"+{target.DistanceMilliseconds}")}").Order(StringComparer.Ordinal),
        .. _routes.Select(route => $"{route.Key.Target}/{route.Key.Key}={Text(route.Value)}").Order(StringComparer.Ordinal),
    ];

    private void RemoveRoutes(string target)
    {
        foreach (var gone in _routes.Keys.Where(route => route.Target == target).ToList()) _routes.Remove(gone);
    }
}
