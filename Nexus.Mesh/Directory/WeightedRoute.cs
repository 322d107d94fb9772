using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Directory;

internal readonly record struct WeightedRoute(RouteKey Key, RouteTerms Terms)
{
    public WeightedRoute(RouteKey key, int weight)
        : this(key, new RouteTerms(weight))
    {
    }
}
