using System.Net.Sockets;

namespace Nexus.Client.Sessions;

/// <summary>Opens TCP connections by name: every address of the name is tried until one answers.</summary>
internal static class TcpDialer
{
    private const int KeepAliveSeconds = 15;

    /// <exception cref="SocketException">None of the addresses answered, or the name has none.</exception>
    public static async Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        // Without an address family the socket is dual mode, and ConnectAsync goes through all addresses of the name.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveSeconds);
            await socket.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
