using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Nexus.Testing;

/// <summary>An application that speaks SOCKS5 byte by byte.</summary>
public sealed class SocksApplication : IDisposable
{
    /// <summary>The greeting of one that has no password.</summary>
    private static readonly byte[] s_noAuthentication = [5, 1, 0];

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private SocksApplication()
    {
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="endPoint">The listener's; null when it does not listen, which is an error.</param>
    public static async Task<SocksApplication> ConnectAsync(IPEndPoint? endPoint)
    {
        var application = new SocksApplication();
        await application._socket.ConnectAsync(endPoint ?? throw new InvalidOperationException("Not listening."), Cancellation);
        return application;
    }

    /// <summary>An application that has asked for this target (address type, address, port); the greeting is answered.</summary>
    public static async Task<SocksApplication> RequestAsync(IPEndPoint? endPoint, params byte[] target)
    {
        var application = await ConnectAsync(endPoint);
        await application.SendAsync(s_noAuthentication);
        if (await application.ReceiveAsync(2) is not [5, 0]) throw new InvalidDataException("The greeting was refused.");
        await application.SendAsync([5, 1, 0, .. target]);
        return application;
    }

    /// <summary>1.2.3.4:80.</summary>
    public static Task<SocksApplication> RequestAsync(IPEndPoint? endPoint) => RequestAsync(endPoint, 1, 1, 2, 3, 4, 0, 80);

    public static byte[] Reply(byte code) => [5, code, 0, 1, 0, 0, 0, 0, 0, 0];

    /// <summary>Greeting and request in one; <paramref name="target"/> decides the address type.</summary>
    public Task RequestAsync(string target)
    {
        var colon = target.LastIndexOf(':');
        var host = target[..colon].Trim('[', ']');
        var port = int.Parse(target.AsSpan(colon + 1), CultureInfo.InvariantCulture);
        byte[] address = IPAddress.TryParse(host, out var ip)
            ? [(byte)(ip.AddressFamily == AddressFamily.InterNetwork ? 1 : 4), .. ip.GetAddressBytes()]
            : [3, (byte)host.Length, .. Encoding.ASCII.GetBytes(host)];
        return SendAsync([.. s_noAuthentication, 5, 1, 0, .. address, (byte)(port >> 8), (byte)port]);
    }

    public async Task SendAsync(params byte[] bytes) => await _socket.SendAsync(bytes, Cancellation);

    /// <summary>Until something can be received; it stays to be received.</summary>
    public async Task WaitForAnswerAsync() => await _socket.ReceiveAsync(new byte[1], SocketFlags.Peek, Cancellation).AsTask().BoundedAsync();

    public async Task<byte[]> ReceiveAsync(int count)
    {
        var bytes = new byte[count];
        for (var received = 0; received < count;)
        {
            var read = await _socket.ReceiveAsync(bytes.AsMemory(received), Cancellation).AsTask().BoundedAsync();
            if (read == 0) throw new EndOfStreamException($"The end after {received} of {count} bytes.");
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
