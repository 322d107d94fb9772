using System.Collections.Immutable;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Directory;

/// <summary>What one hub serves: its keys with the sum of the weights of the backends behind each.</summary>
internal sealed record TargetRoutes(HubTarget Target, ImmutableDictionary<RouteKey, int> Routes);
