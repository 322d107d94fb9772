using System.Net;
using System.Net.Sockets;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Outbound;

/// <summary>Something on loopback that a backend dials through the hub.</summary>
internal sealed class TargetPeer : IDisposable
{
    private readonly TcpListener _listener;

    public TargetPeer(IPAddress? address = null, int port = 0)
    {
        _listener = new(address ?? IPAddress.Loopback, port);
        _listener.Start();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    public int Port => EndPoint.Port;

    public string Address => EndPoint.ToString();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The hub's connection.</summary>
    public async Task<Socket> AcceptAsync() => await _listener.AcceptSocketAsync(Cancellation).AsTask().BoundedAsync();

    /// <summary>Whether nobody waits to be accepted.</summary>
    public bool IsUntouched => !_listener.Pending();

    public static async Task<byte[]> ReceiveAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var received = 0; received < count;)
        {
            var read = await socket.ReceiveAsync(bytes.AsMemory(received), Cancellation).AsTask().BoundedAsync();
            Assert.True(read > 0, $"The end after {received} of {count} bytes.");
            received += read;
        }

        return bytes;
    }

    /// <summary>Everything until the FIN.</summary>
    public static async Task<byte[]> ReceiveAllAsync(Socket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer, Cancellation).AsTask().BoundedAsync() is > 0 and var count) all.Write(buffer, 0, count);
        return all.ToArray();
    }

    public void Dispose() => _listener.Dispose();
}
