using System.Collections.Immutable;
using Nexus.Protocol.Naming;

namespace Nexus.Edge.Routing;

/// <summary>Who serves what, at one revision of the directory. Immutable; a change costs in proportion to the change.</summary>
internal sealed class RouteTable
{
    public static readonly RouteTable Empty = new([], ImmutableDictionary.Create<string, Target>(StringComparer.Ordinal), ImmutableDictionary.Create<string, ImmutableHashSet<RouteKey>>(StringComparer.Ordinal));

    private readonly ImmutableDictionary<RouteKey, Route> _routes;
    private readonly ImmutableDictionary<string, Target> _targets;
    private readonly ImmutableDictionary<string, ImmutableHashSet<RouteKey>> _keysOf; // so that a target's end costs only its own keys

    private RouteTable(ImmutableDictionary<RouteKey, Route> routes, ImmutableDictionary<string, Target> targets, ImmutableDictionary<string, ImmutableHashSet<RouteKey>> keysOf)
    {
        _routes = routes;
        _targets = targets;
        _keysOf = keysOf;
    }

    public int RouteCount => _routes.Count;

    public int TargetCount => _targets.Count;

    public IEnumerable<Target> Targets => _targets.Values;

    /// <summary>
    /// The exact name, else the wildcard over its first label, both in this region before either in another (spec/node.md §3.7).
    /// A name whose last target left is no route.
    /// </summary>
    public Route? FindHost(string host)
    {
        var exact = _routes.GetValueOrDefault(RouteKey.ForHost(host));
        if (exact is { IsHere: true } || !RouteKey.TryGetWildcardFor(host, out var wildcard)) return exact;
        var any = _routes.GetValueOrDefault(wildcard);
        return any is { IsHere: true } ? any : exact ?? any;
    }

    /// <summary>Whoever claims the port.</summary>
    public Route? FindTcpPort(int port) => _routes.GetValueOrDefault(RouteKey.ForTcpPort(port));

    public Route? FindUdpPort(int port) => _routes.GetValueOrDefault(RouteKey.ForUdpPort(port));

    public Target? FindTarget(string id) => _targets.GetValueOrDefault(id);

    public int CountKeysOf(string targetId) => _keysOf.GetValueOrDefault(targetId)?.Count ?? 0;

    /// <summary>What a target serves, and with which weight.</summary>
    public IEnumerable<(RouteKey Key, int Weight)> RoutesOf(string targetId) =>
        from key in _keysOf.GetValueOrDefault(targetId, [])
        from weighted in _routes.GetValueOrDefault(key)?.Targets ?? []
        where weighted.Target.Id == targetId
        select (key, weighted.Weight);

    public Builder ToBuilder() => new(this);

    /// <summary>Collects changes; what refers to a target that is not there is ignored.</summary>
    public sealed class Builder(RouteTable table)
    {
        private readonly ImmutableDictionary<RouteKey, Route>.Builder _routes = table._routes.ToBuilder();
        private readonly ImmutableDictionary<string, Target>.Builder _targets = table._targets.ToBuilder();
        private readonly ImmutableDictionary<string, ImmutableHashSet<RouteKey>>.Builder _keysOf = table._keysOf.ToBuilder();

        public void SetTarget(Target target)
        {
            if (_targets.TryGetValue(target.Id, out var known))
            {
                if (known.IsSameAs(target))
                {
                    known.Distance = target.Distance;
                    return;
                }
                RemoveTarget(target.Id); // its routes come again with it: an id is unique per process start
            }
            _targets[target.Id] = target;
        }

        public void SetRoute(string targetId, RouteKey key, int weight, TimeSpan flowIdleTimeout = default)
        {
            if (key.IsNone || weight < 1 || !_targets.TryGetValue(targetId, out var target)) return;
            var weighted = new WeightedTarget(target, weight, flowIdleTimeout);
            _routes[key] = _routes.TryGetValue(key, out var route) ? route.With(weighted) : new Route([weighted]);
            _keysOf[targetId] = _keysOf.GetValueOrDefault(targetId, []).Add(key);
        }

        public void RemoveRoute(string targetId, RouteKey key)
        {
            if (!_keysOf.TryGetValue(targetId, out var keys)) return;
            keys = keys.Remove(key);
            if (keys.IsEmpty) _keysOf.Remove(targetId);
            else _keysOf[targetId] = keys;
            Withdraw(targetId, key);
        }

        public void RemoveTarget(string id)
        {
            _targets.Remove(id);
            if (!_keysOf.Remove(id, out var keys)) return;
            foreach (var key in keys) Withdraw(id, key);
        }

        public RouteTable Build() => new(_routes.ToImmutable(), _targets.ToImmutable(), _keysOf.ToImmutable());

        private void Withdraw(string targetId, RouteKey key)
        {
            if (!_routes.TryGetValue(key, out var route)) return;
            if (route.Without(targetId) is { } left) _routes[key] = left;
            else _routes.Remove(key);
        }
    }
}
