using System.Net;

namespace Nexus.WebSocketHosting.Transport;

/// <summary>An address that <see cref="LineTransport"/> serves, and no other transport.</summary>
internal sealed class LineEndPoint(IPEndPoint endPoint) : IPEndPoint(endPoint.Address, endPoint.Port);
