using System.Net;
using System.Net.Sockets;
using System.Text;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>A local service in plain TCP, and users who reach it through the relay port.</summary>
internal sealed class RawService : IDisposable
{
    /// <summary>A name for clients whose line to the hub a test disturbs.</summary>
    public const string LinkedName = "linked.test";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public RawService() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A user who has sent its request, and the service's end of the same connection after it has read it.</summary>
    public async Task<(Socket User, Socket Service)> ConnectAsync(int relayPort, int receiveBuffer = 0, string name = "raw.test")
    {
        var request = Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {name}\r\n\r\n");
        var user = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0) user.ReceiveBufferSize = receiveBuffer;
        await user.ConnectAsync(IPAddress.Loopback, relayPort, Cancellation);
        await user.SendAsync(request, Cancellation);
        var service = await _listener.AcceptSocketAsync(Cancellation).AsTask().BoundedAsync();
        var received = new byte[request.Length];
        for (var count = 0; count < received.Length;)
        {
            var read = await service.ReceiveAsync(received.AsMemory(count), Cancellation).BoundedAsync();
            if (read == 0) throw new EndOfStreamException();
            count += read;
        }

        Assert.Equal(request, received);
        return (user, service);
    }

    /// <summary>All that comes until the end.</summary>
    public static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer, Cancellation).BoundedAsync() is > 0 and var count) all.Write(buffer, 0, count);
        return all.ToArray();
    }

    public void Dispose() => _listener.Dispose();
}
