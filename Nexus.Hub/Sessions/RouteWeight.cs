using Nexus.Protocol.Naming;

namespace Nexus.Hub.Sessions;

/// <summary>What the hub serves for a key.</summary>
/// <param name="Key">The name or port.</param>
/// <param name="Weight">The sum of its backends' weights, 0 when there are none any more.</param>
/// <param name="FlowIdleTimeout">Of a UDP port: the longest that one of its backends asks for; else zero.</param>
internal readonly record struct RouteWeight(RouteKey Key, int Weight, TimeSpan FlowIdleTimeout = default);
