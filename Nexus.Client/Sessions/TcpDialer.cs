using System.Net.Sockets;
using Nexus.Protocol.Channels;

namespace Nexus.Client.Sessions;

/// <summary>Opens TCP connections by name: every address of the name is tried until one answers.</summary>
internal static class TcpDialer
{
    private const int KeepAliveSeconds = 15;

    /// <exception cref="SocketException">None of the addresses answered, or the name has none.</exception>
    public static Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellationToken) =>
        SocketDialer.ConnectAsync(host, port, Prepare, cancellationToken);

    private static void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveSeconds);
    }
}
