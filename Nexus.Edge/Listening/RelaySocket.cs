using System.Net;
using System.Net.Sockets;
using Nexus.Edge.Passthrough;

namespace Nexus.Edge.Listening;

/// <summary>Socket options of the relay ports.</summary>
internal static class RelaySocket
{
    private const int KeepAliveProbes = 4;

    public static Socket Listen(ListeningOptions options, int port)
    {
        var address = options.Address;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            // .NET sets SO_REUSEADDR by itself on bind where it only means "ignore TIME_WAIT"; a restart must not wait for old connections.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(options.Backlog);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Null when the connection is gone already.</summary>
    public static RelayAddresses? TryPrepare(Socket socket, ListeningOptions options)
    {
        try
        {
            socket.NoDelay = true;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)options.KeepAlive.TotalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, (int)options.KeepAlive.TotalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
            return socket is { RemoteEndPoint: IPEndPoint client, LocalEndPoint: IPEndPoint local } ? RelayAddresses.Of(client, local) : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
