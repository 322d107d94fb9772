using System.Net;
using Nexus.Protocol.WebSockets;
using Nexus.WebSocketHosting.Listening;

namespace Nexus.Mesh.Peering.Links;

/// <summary>Peers that have dialled us: their certificates were checked with TLS.</summary>
internal sealed class IncomingPeers(PeerLinks links) : IUpgradeHandler
{
    public async Task ServeAsync(UpgradedConnection connection)
    {
        connection.Pending.Authenticated();
        var info = connection.Request.Connection;
        var name = info.RemoteIpAddress is { } address ? new IPEndPoint(address, info.RemotePort).ToString() : connection.Request.TraceIdentifier;
        await links.ServeAsync(new(new(connection.Transport, connection.Line.Socket, connection.Received), WebSocketRole.Server, name));
    }
}
