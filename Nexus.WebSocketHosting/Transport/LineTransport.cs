using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Nexus.WebSocketHosting.Transport;

/// <summary>
/// Kestrel's transport for long-lived lines. Kestrel's own moves every byte through two pipes between socket, TLS and application; a session
/// reads and writes its TLS stream itself, so here Kestrel gets pipes for the upgrade's request and answer, and nothing after.
/// </summary>
internal sealed class LineTransport(TimeProvider time) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <summary>Connections that the kernel completes before we accept them; as Kestrel's own.</summary>
    private const int Backlog = 512;

    public bool CanBind(EndPoint endpoint) => endpoint is LineEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint is not LineEndPoint address) throw new NotSupportedException($"{endpoint} is not for lines.");
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(address);
            socket.Listen(Backlog);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            if (e.SocketErrorCode == SocketError.AddressAlreadyInUse) throw new AddressInUseException(e.Message, e);
            throw;
        }

        return ValueTask.FromResult<IConnectionListener>(new LineListener(socket, time));
    }
}
