using System.Net.Sockets;
using Nexus.Testing;

namespace Nexus.Client.Tests.Socks5;

/// <summary>An application that speaks SOCKS5 byte by byte.</summary>
internal sealed class SocksApplication : IDisposable
{
    public static readonly byte[] NoAuthentication = [5, 1, 0];
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<SocksApplication> ConnectAsync(NexusClient client)
    {
        var application = new SocksApplication();
        await application._socket.ConnectAsync(client.Socks5EndPoint ?? throw new InvalidOperationException("Not listening."), Cancellation);
        return application;
    }

    /// <summary>An application that has asked for this target; the greeting is answered.</summary>
    public static async Task<SocksApplication> RequestAsync(NexusClient client, params byte[] target)
    {
        var application = await ConnectAsync(client);
        await application.SendAsync(NoAuthentication);
        Assert.Equal([5, 0], await application.ReceiveAsync(2));
        await application.SendAsync([5, 1, 0, .. target]);
        return application;
    }

    /// <summary>1.2.3.4:80.</summary>
    public static Task<SocksApplication> RequestAsync(NexusClient client) => RequestAsync(client, 1, 1, 2, 3, 4, 0, 80);

    public static byte[] Reply(byte code) => [5, code, 0, 1, 0, 0, 0, 0, 0, 0];

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
