using System.Net.Sockets;
using Nexus.Protocol.Channels;

namespace Nexus.Client.Sessions;

/// <summary>Opens TCP connections by name: every address of the name is tried until one answers.</summary>
internal static class TcpDialer
{
    /// <exception cref="SocketException">None of the addresses answered, or the name has none.</exception>
    public static Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellationToken) =>
        SocketDialer.ConnectAsync(host, port, SharedLine.PrepareToConnect, cancellationToken);
}
