using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Directory;

internal readonly record struct WeightedRoute(RouteKey Key, int Weight);
