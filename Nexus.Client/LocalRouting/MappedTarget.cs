using Nexus.Client.Tls;

namespace Nexus.Client.LocalRouting;

/// <summary>Where a mapping sends a user, and how the target is told who it is.</summary>
/// <param name="Target">The address.</param>
/// <param name="ProxyProtocol">How it is told.</param>
/// <param name="Certificates">With which certificates the users' TLS ends here; null: at the target.</param>
internal readonly record struct MappedTarget(LocalTarget Target, NexusProxyProtocol ProxyProtocol, IServerCertificates? Certificates = null);
