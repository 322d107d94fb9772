using System.Collections.Immutable;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Directory;

/// <summary>
/// The routes of this region's own hubs by key: what is told to other regions, and where their tunnels end. Follows the
/// table, change by change, under the directory's lock; read without one.
/// </summary>
internal sealed class LocalRouteIndex
{
    private readonly Lock _lock = new();
    private readonly HashSet<LocalKeysWatch> _watches = [];
    private volatile LocalRoutes _current = LocalRoutes.Empty;

    /// <summary>What is served now.</summary>
    public LocalRoutes Current => _current;

    /// <summary>Its snapshot and all changes after it; dispose it when nobody asks any more.</summary>
    public LocalKeysWatch Watch()
    {
        lock (_lock)
        {
            var watch = new LocalKeysWatch(this, _current);
            _watches.Add(watch);
            return watch;
        }
    }

    internal void Leave(LocalKeysWatch watch)
    {
        lock (_lock) { _watches.Remove(watch); }
    }

    /// <summary>Follows from one table to the next, which differ in one target.</summary>
    internal void Apply(string targetId, RouteTable before, RouteTable after, RouteChange? change)
    {
        var step = new Step(_current.ByKey.ToBuilder());
        var old = LocalOf(before, targetId);
        var present = LocalOf(after, targetId);
        if (old is not null && present is not null && old.Target == present.Target && change is not null)
        {
            foreach (var key in change.Removals) step.Remove(targetId, key);
            foreach (var (key, terms) in change.Upserts) step.Set(key, new LocalRoute(present.Target, terms));
        }
        else
        {
            foreach (var key in old?.Routes.Keys.Where(key => present?.Routes.ContainsKey(key) != true) ?? []) step.Remove(targetId, key);
            if (present is not null) step.SetAll(present);
        }

        Publish(step);
    }

    private static TargetRoutes? LocalOf(RouteTable table, string targetId) =>
        table.Targets.TryGetValue(targetId, out var routes) && routes.Target.IsLocal ? routes : null;

    private void Publish(Step step)
    {
        if (!step.IsChanged) return;
        lock (_lock)
        {
            _current = new LocalRoutes(_current.Version + 1, step.ByKey.ToImmutable());
            if (step.Keys.Count == 0) return;
            foreach (var watch in _watches) watch.Add(step.Keys);
        }
    }

    /// <summary>One change: no key is touched twice.</summary>
    private sealed class Step(ImmutableDictionary<RouteKey, ImmutableArray<LocalRoute>>.Builder byKey)
    {
        public ImmutableDictionary<RouteKey, ImmutableArray<LocalRoute>>.Builder ByKey => byKey;

        /// <summary>The keys that are served from now on (true), or not any more.</summary>
        public Dictionary<RouteKey, bool> Keys { get; } = [];

        public bool IsChanged { get; private set; }

        public void Set(RouteKey key, LocalRoute route)
        {
            IsChanged = true;
            if (!byKey.TryGetValue(key, out var routes))
            {
                byKey[key] = [route];
                Keys[key] = true;
                return;
            }

            var index = IndexOf(routes, route.Target.Id);
            byKey[key] = index < 0 ? routes.Add(route) : routes.SetItem(index, route);
        }

        public void SetAll(TargetRoutes target)
        {
            foreach (var (key, terms) in target.Routes) Set(key, new LocalRoute(target.Target, terms));
        }

        public void Remove(string targetId, RouteKey key)
        {
            if (!byKey.TryGetValue(key, out var routes) || IndexOf(routes, targetId) is not (>= 0 and var index)) return;
            IsChanged = true;
            if (routes.Length > 1)
            {
                byKey[key] = routes.RemoveAt(index);
                return;
            }

            byKey.Remove(key);
            Keys[key] = false;
        }

        private static int IndexOf(ImmutableArray<LocalRoute> routes, string targetId)
        {
            for (var i = 0; i < routes.Length; i++)
            {
                if (routes[i].Target.Id == targetId) return i;
            }

            return -1;
        }
    }
}
