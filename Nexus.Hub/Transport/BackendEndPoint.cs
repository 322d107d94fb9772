using System.Net;

namespace Nexus.Hub.Transport;

/// <summary>An address that <see cref="BackendTransport"/> serves, and no other transport.</summary>
internal sealed class BackendEndPoint(IPEndPoint endPoint) : IPEndPoint(endPoint.Address, endPoint.Port);
