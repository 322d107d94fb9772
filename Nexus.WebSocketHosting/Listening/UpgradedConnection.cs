using System.Net;
using Nexus.WebSocketHosting.Transport;

namespace Nexus.WebSocketHosting.Listening;

/// <summary>A connection after its upgrade.</summary>
/// <param name="Request">What it came from: its id for the log, and the way to cut it.</param>
/// <param name="Line">The connection, which its owner closes.</param>
/// <param name="Received">What the other side has sent behind its request.</param>
/// <param name="Pending">To be told of the authentication.</param>
internal sealed record UpgradedConnection(HttpContext Request, LineConnection Line, byte[] Received, PendingConnection Pending)
{
    /// <summary>The bytes inside TLS.</summary>
    public Stream Transport => Line.Stream;

    /// <summary>Whose connection it is, as far as limits are concerned.</summary>
    public IPAddress Source { get; } =
        ConnectionAdmission.SourceOf(Request.Connection.RemoteIpAddress is { } address ? new IPEndPoint(address, Request.Connection.RemotePort) : null);
}
