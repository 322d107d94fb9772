using System.Collections.Immutable;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Directory;

/// <summary>What the hubs of this region serve, by key. Immutable; the version counts the changes of the set of keys and of who serves them.</summary>
internal sealed record LocalRoutes(ulong Version, ImmutableDictionary<RouteKey, ImmutableArray<LocalRoute>> ByKey)
{
    public static LocalRoutes Empty { get; } = new(0, ImmutableDictionary<RouteKey, ImmutableArray<LocalRoute>>.Empty);

    /// <summary>Who serves the key; of a host name that nobody serves exactly, who serves the wildcard that covers it. Empty when nobody does.</summary>
    public ImmutableArray<LocalRoute> Find(RouteKey key)
    {
        if (ByKey.TryGetValue(key, out var routes)) return routes;
        return key.Kind == RouteKind.Host && RouteKey.TryGetWildcardFor(key.Name, out var wildcard) && ByKey.TryGetValue(wildcard, out routes) ? routes : [];
    }
}
