using System.Net;

namespace Nexus.Hub.Outbound;

/// <summary>Looks up the addresses of a name (or reads an address); the machine's resolver unless something else is registered.</summary>
internal delegate Task<IPAddress[]> ResolveHost(string host, CancellationToken cancellationToken);
