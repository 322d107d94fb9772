using System.Net;
using System.Net.Sockets;
using Nexus.Testing;

namespace Nexus.Benchmarks.Field.Targets;

/// <summary>Waits for a listener of another process.</summary>
internal static class Reachable
{
    public static async Task WaitAsync(int port, RealProcess process, CancellationToken cancellationToken) => await Eventually.SucceedsAsync(
        async () =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
            return true;
        },
        () => $"Nobody listens on port {port}. It printed:\n{process.Output}");
}
