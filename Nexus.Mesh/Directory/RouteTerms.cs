namespace Nexus.Mesh.Directory;

/// <summary>How one hub serves a key.</summary>
/// <param name="Weight">The sum of the weights of its backends for it.</param>
/// <param name="FlowIdleMilliseconds">Of a UDP port: the longest idle time of those backends; 0: not said.</param>
internal readonly record struct RouteTerms(int Weight, int FlowIdleMilliseconds = 0);
