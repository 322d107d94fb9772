using System.Net;

namespace Nexus.Hub.Sessions;

/// <summary>A backend's connection after its upgrade.</summary>
/// <param name="Request">What it came from: its id for the log, and the way to cut it.</param>
/// <param name="Transport">The raw stream; its owner closes it.</param>
/// <param name="Pending">To be told of the authentication.</param>
internal sealed record UpgradedConnection(HttpContext Request, Stream Transport, PendingConnection Pending)
{
    /// <summary>Whose connection it is, as far as limits are concerned.</summary>
    public IPAddress Source { get; } =
        ConnectionAdmission.SourceOf(Request.Connection.RemoteIpAddress is { } address ? new IPEndPoint(address, Request.Connection.RemotePort) : null);
}
