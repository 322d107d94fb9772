namespace Nexus.Client.LocalRouting;

/// <summary>Where a mapping sends a user, and how the target is told who it is.</summary>
internal readonly record struct MappedTarget(LocalTarget Target, NexusProxyProtocol ProxyProtocol);
