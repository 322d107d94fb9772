using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Nexus.Client;
using Nexus.Testing;

namespace Nexus.SystemTests.Golden.AsServer;

/// <summary>An application at a SOCKS5 listener, byte by byte.</summary>
internal sealed class SocksPeer : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<SocksPeer> ConnectAsync(NexusClient client) => ConnectAsync(client.Socks5EndPoint ?? throw new InvalidOperationException("Not listening."));

    public static async Task<SocksPeer> ConnectAsync(IPEndPoint endPoint)
    {
        var peer = new SocksPeer();
        await peer._socket.ConnectAsync(endPoint, Cancellation);
        return peer;
    }

    /// <summary>Greeting and request in one; <paramref name="target"/> decides the address type.</summary>
    public Task RequestAsync(string target)
    {
        var colon = target.LastIndexOf(':');
        var host = target[..colon].Trim('[', ']');
        var port = int.Parse(target.AsSpan(colon + 1), CultureInfo.InvariantCulture);
        byte[] address = IPAddress.TryParse(host, out var ip)
            ? [(byte)(ip.AddressFamily == AddressFamily.InterNetwork ? 1 : 4), .. ip.GetAddressBytes()]
            : [3, (byte)host.Length, .. Encoding.ASCII.GetBytes(host)];
        return SendAsync([5, 1, 0, 5, 1, 0, .. address, (byte)(port >> 8), (byte)port]);
    }

    public async Task SendAsync(params byte[] bytes) => await _socket.SendAsync(bytes, Cancellation);

    public async Task<byte[]> ReceiveAsync(int count)
    {
        var bytes = new byte[count];
        for (var received = 0; received < count;)
        {
            var read = await _socket.ReceiveAsync(bytes.AsMemory(received), Cancellation).AsTask().BoundedAsync();
            Assert.True(read > 0, $"The end after {received} of {count} bytes.");
            received += read;
        }

        return bytes;
    }

    /// <summary>Everything until the FIN.</summary>
    public async Task<byte[]> ReceiveAllAsync()
    {
        using var all = new MemoryStream();
        var buffer = new byte[4_096];
        while (await _socket.ReceiveAsync(buffer, Cancellation).AsTask().BoundedAsync() is > 0 and var count) all.Write(buffer, 0, count);
        return all.ToArray();
    }

    /// <summary>FIN.</summary>
    public void Finish() => _socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => _socket.Dispose();
}
