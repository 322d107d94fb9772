using Nexus.Protocol.Naming;

namespace Nexus.Hub.Sessions;

/// <summary>What the hub serves for a key: the sum of its backends' weights, 0 when nothing any more.</summary>
internal readonly record struct RouteWeight(RouteKey Key, int Weight);
