namespace Nexus.Edge.Routing;

/// <param name="Target">Where.</param>
/// <param name="Weight">The sum of the weights of its backends for the key; at least 1.</param>
internal readonly record struct WeightedTarget(Target Target, int Weight);
