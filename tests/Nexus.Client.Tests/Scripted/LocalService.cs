using System.Net;
using System.Net.Sockets;
using Nexus.Testing;

namespace Nexus.Client.Tests.Scripted;

/// <summary>A local service played by the test.</summary>
internal sealed class LocalService : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public LocalService() => _listener.Start();

    public string Target => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public Task<Socket> AcceptAsync() => _listener.AcceptSocketAsync().BoundedAsync();

    public void Dispose() => _listener.Dispose();

    /// <summary>Receives exactly so many bytes.</summary>
    public static async Task<byte[]> ReceiveAsync(Socket socket, int count)
    {
        var buffer = new byte[count];
        for (var received = 0; received < count;)
        {
            var step = await socket.ReceiveAsync(buffer.AsMemory(received)).BoundedAsync();
            Assert.True(step > 0, $"The connection ended after {received} of {count} bytes.");
            received += step;
        }

        return buffer;
    }

    /// <summary>Receives to the end.</summary>
    public static async Task<byte[]> ReceiveAllAsync(Socket socket)
    {
        var all = new List<byte>();
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer).BoundedAsync() is > 0 and var count) all.AddRange(buffer[..count]);
        return [.. all];
    }

    public static Task SendAsync(Socket socket, byte[] bytes) => socket.SendAsync(bytes).BoundedAsync();
}
