using System.Net;
using System.Net.Sockets;
using Nexus.Protocol.ProxyProtocol;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.ProxyProtocol;

/// <summary>The headers of haproxy, and what it makes of ours.</summary>
public sealed class HaproxyTests
{
    [Theory]
    [InlineData("send-proxy", 1)]
    [InlineData("send-proxy-v2", 2)]
    [InlineData("send-proxy-v2 proxy-v2-options crc32c", 2)]
    public async Task ItsHeader_IsRead(string option, int version)
    {
        using var port = FreePort.Reserve();
        using var target = Listen();
        await using var haproxy = await StartAsync($"bind {port.EndPoint}", target, option);
        using var user = await ConnectAsync(port.EndPoint);
        await user.SendAsync("hello"u8.ToArray(), TestContext.Current.CancellationToken);

        using var accepted = await target.AcceptAsync(TestContext.Current.CancellationToken).BoundedAsync();
        var bytes = await ReceiveHeaderAsync(accepted);
        Assert.Equal(ProxyHeaderStatus.Found, ProxyHeaderReader.Read(bytes, out var header));
        Assert.Equal((version, ProxyCommand.Proxy), (header.Version, header.Command));
        Assert.Equal(ProxyAddresses.Tcp((IPEndPoint)user.LocalEndPoint!, port.EndPoint), header.Addresses);
        Assert.Equal(option.EndsWith("crc32c", StringComparison.Ordinal), header.TryFind(ProxyTlvType.Crc32C, out _));
    }

    [Theory]
    [InlineData(1, "192.0.2.1:5000", "198.51.100.7:443")]
    [InlineData(1, "[2001:db8::1]:5000", "[2001:db8::7]:443")]
    [InlineData(2, "192.0.2.1:5000", "198.51.100.7:443")]
    [InlineData(2, "[2001:db8::1]:5000", "[2001:db8::7]:443")]
    public async Task OurHeader_IsUnderstood(int version, string source, string destination)
    {
        using var port = FreePort.Reserve();
        using var target = Listen();
        await using var haproxy = await StartAsync($"bind {port.EndPoint} accept-proxy", target, "send-proxy");
        using var user = await ConnectAsync(port.EndPoint);
        var addresses = ProxyAddresses.Tcp(IPEndPoint.Parse(source), IPEndPoint.Parse(destination));
        await user.SendAsync(HeaderOf(version, addresses), TestContext.Current.CancellationToken);

        using var accepted = await target.AcceptAsync(TestContext.Current.CancellationToken).BoundedAsync();
        Assert.Equal(ProxyHeaderStatus.Found, ProxyHeaderReader.Read(await ReceiveHeaderAsync(accepted), out var header));
        Assert.Equal(addresses, header.Addresses);
    }

    private static byte[] HeaderOf(int version, ProxyAddresses addresses)
    {
        if (version == 2) return [.. ProxyHeaders.Written(addresses), .. "hello"u8];
        var line = new byte[ProxyHeader.MaxLengthV1];
        Assert.True(ProxyHeaderWriter.TryWriteV1(line, addresses, out var written));
        return [.. line[..written], .. "hello"u8];
    }

    /// <summary>Returns when it listens.</summary>
    private static async Task<HaproxyProcess> StartAsync(string bind, Socket target, string option) =>
        await HaproxyProcess.StartAsync($"""
            defaults
              mode tcp
              timeout connect 10s
              timeout client 30s
              timeout server 30s
            listen test
              {bind}
              server target {target.LocalEndPoint} {option}

            """);

    private static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint endPoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint, TestContext.Current.CancellationToken).BoundedAsync();
        return socket;
    }

    /// <summary>Bytes until the reader has its verdict.</summary>
    private static async Task<byte[]> ReceiveHeaderAsync(Socket socket)
    {
        var bytes = new byte[1_024];
        var have = 0;
        do
        {
            var read = await socket.ReceiveAsync(bytes.AsMemory(have), TestContext.Current.CancellationToken).BoundedAsync();
            Assert.NotEqual(0, read);
            have += read;
        }
        while (ProxyHeaderReader.Read(bytes.AsSpan(0, have), out _) == ProxyHeaderStatus.NeedMore);
        return bytes[..have];
    }
}
