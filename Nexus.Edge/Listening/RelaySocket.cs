using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Nexus.Edge.Passthrough;
using Nexus.Protocol.Channels;

namespace Nexus.Edge.Listening;

/// <summary>Socket options of the relay ports.</summary>
internal static class RelaySocket
{
    private const int KeepAliveProbes = 4;

    /// <exception cref="IOException">The port is taken or not ours to take.</exception>
    public static Socket Listen(ListeningOptions options, int port)
    {
        var address = options.Address;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            // Bind sets SO_REUSEADDR for TCP. ReuseAddress would add SO_REUSEPORT: a second edge would take half the users in silence.
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(options.Backlog);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"Cannot listen on relay port {port}: {e.Message}", e);
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
            LimitStall(socket, options.StallTimeout);
            return socket is { RemoteEndPoint: IPEndPoint client, LocalEndPoint: IPEndPoint local } ? RelayAddresses.Of(client, local) : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Null, and the socket closed, when the connection is gone already.</summary>
    public static SocketChannel? TryOwn(Socket socket)
    {
        try
        {
            return new(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>tcp(7): TCP_USER_TIMEOUT, which also counts while the peer's window is closed. Other systems have no such option.</summary>
    private static void LimitStall(Socket socket, TimeSpan limit)
    {
        if (!OperatingSystem.IsLinux()) return;
        const int Tcp = 6;
        const int UserTimeout = 18;
        Span<byte> milliseconds = stackalloc byte[sizeof(int)];
        MemoryMarshal.Write(milliseconds, (int)limit.TotalMilliseconds);
        socket.SetRawSocketOption(Tcp, UserTimeout, milliseconds);
    }
}
