namespace Nexus.Edge.Routing;

/// <param name="Target">Where.</param>
/// <param name="Weight">The sum of the weights of its backends for the key; at least 1.</param>
/// <param name="FlowIdleTimeout">Of a UDP port: the longest idle time of those backends; zero when the directory did not say.</param>
internal readonly record struct WeightedTarget(Target Target, int Weight, TimeSpan FlowIdleTimeout = default);
