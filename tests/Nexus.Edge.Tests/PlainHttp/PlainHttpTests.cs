using Grpc.Core;
using Nexus.Edge.Tests.Fakes;

namespace Nexus.Edge.Tests.PlainHttp;

/// <summary>Port 80, seen as bytes on both sides.</summary>
public sealed class PlainHttpTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact]
    [Statement("seen 10")]
    public async Task TwoHosts_OnOneConnection_ReachTwoBackends()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await User.ConnectAsync(edge.HttpPort);
        await user.SendAsync("GET /1 HTTP/1.1\r\nHost: a.wild.test\r\n\r\n");
        var first = await edge.Hub.NextAsync();
        Assert.StartsWith("GET /1 HTTP/1.1\r\n", await first.ReadHeadAsync(), StringComparison.Ordinal);
        await first.WriteTextAsync(Ok);
        Assert.EndsWith("ok", await user.ReceiveUntilAsync("ok"), StringComparison.Ordinal);

        await user.SendAsync("GET /2 HTTP/1.1\r\nHost: b.wild.test\r\n\r\n");
        var second = await edge.Hub.NextAsync();
        Assert.StartsWith("GET /2 HTTP/1.1\r\n", await second.ReadHeadAsync(), StringComparison.Ordinal);
        await second.WriteTextAsync(Ok);
        await user.ReceiveUntilAsync("ok");
        Assert.Equal(("a.wild.test", "b.wild.test"), (first.Open.Host, second.Open.Host));

        await user.SendAsync("GET /3 HTTP/1.1\r\nHost: a.wild.test\r\n\r\n"); // back on the connection that is there
        Assert.StartsWith("GET /3 HTTP/1.1\r\n", await first.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Equal(2, edge.Hub.Opened);
    }

    [Fact]
    public async Task Request_ArrivesAsItWasSent()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await User.ConnectAsync(edge.HttpPort);
        await user.SendAsync("GET /a%2Fb/../%41/./c?q=%20|+&x HTTP/1.1\r\nHost: APP.test.:8080\r\nX-Bytes: b\u00FCcher\r\nCookie: a=1; b=2\r\nUser-Agent: x\r\n\r\n");

        var stream = await edge.Hub.NextAsync();
        Assert.Equal(("app.test", false, edge.HttpPort, user.LocalEndPoint.ToString()), (stream.Open.Host, stream.Open.IsTls, stream.Open.LocalPort, stream.Open.ClientAddress));
        var lines = (await stream.ReadHeadAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("GET /a%2Fb/../%41/./c?q=%20|+&x HTTP/1.1", lines[0]);
        Assert.Equal(["Cookie: a=1; b=2", "Host: APP.test.:8080", "User-Agent: x", "X-Bytes: b\u00FCcher"], lines[1..].Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Host_InPunycode_IsRoutedAndPassedOnAsWritten()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await User.ConnectAsync(edge.HttpPort);
        await user.SendAsync("GET / HTTP/1.1\r\nHost: XN--bcher-kva.wild.test\r\n\r\n");

        var stream = await edge.Hub.NextAsync();
        Assert.Equal("xn--bcher-kva.wild.test", stream.Open.Host);
        Assert.Contains("\r\nHost: XN--bcher-kva.wild.test\r\n", await stream.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AbsoluteForm_IsRoutedByItsHost()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await User.ConnectAsync(edge.HttpPort);
        await user.SendAsync("GET http://app.test?x=1 HTTP/1.1\r\nHost: app.test\r\n\r\n");

        Assert.StartsWith("GET /?x=1 HTTP/1.1\r\n", await (await edge.Hub.NextAsync()).ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unknown.test", 404)]
    [InlineData("192.0.2.1", 421)]
    [InlineData("[2001:db8::1]", 421)]
    [Statement("seen 10")]
    public async Task Host_WithoutRoute_GetsAPage(string host, int status)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await User.ConnectAsync(edge.HttpPort);
        await user.SendAsync($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", await user.ReceiveUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal(0, edge.Hub.Opened);
    }

    [Fact]
    [Statement("seen 10")]
    public async Task Hub_Refuses_Is503_AndTheConnectionGoesOn()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        edge.Hub.Refusal = StatusCode.Unavailable;
        using var user = await User.ConnectAsync(edge.HttpPort);
        await user.SendAsync("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 503 ", await user.ReceiveUntilAsync("503 Service Unavailable\n"), StringComparison.Ordinal);

        edge.Hub.Refusal = null;
        await user.SendAsync("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n");
        await (await edge.Hub.NextAsync()).WriteTextAsync(Ok);
        Assert.StartsWith("HTTP/1.1 200 ", await user.ReceiveUntilAsync("ok"), StringComparison.Ordinal);
    }

    [Fact]
    [Statement("seen 10")]
    public async Task Backend_EndsWithoutAnswer_Is502()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await User.ConnectAsync(edge.HttpPort);
        await user.SendAsync("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n");
        var stream = await edge.Hub.NextAsync();
        await stream.ReadHeadAsync();
        await stream.EndAsync();

        Assert.StartsWith("HTTP/1.1 502 ", await user.ReceiveUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal(1, edge.Hub.Opened); // and the request was not made a second time
    }

    [Theory]
    [InlineData("dial_failed")]
    [InlineData("session_lost")]
    [Statement("seen 10")]
    public async Task Backend_BreaksWithoutAnswer_Is502_AndTheConnectionGoesOn(string reason)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await User.ConnectAsync(edge.HttpPort);
        await user.SendAsync("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 2\r\n\r\nhi");
        var stream = await edge.Hub.NextAsync();
        await stream.ReadHeadAsync();
        stream.Abort(reason);
        Assert.StartsWith("HTTP/1.1 502 ", await user.ReceiveUntilAsync("502 Bad Gateway\n"), StringComparison.Ordinal);

        await user.SendAsync("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n");
        await (await edge.Hub.NextAsync()).WriteTextAsync(Ok);
        Assert.StartsWith("HTTP/1.1 200 ", await user.ReceiveUntilAsync("ok"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WebSocket_Upgrade_PassesBytesBothWays()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await User.ConnectAsync(edge.HttpPort);
        await user.SendAsync("GET /ws HTTP/1.1\r\nHost: app.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        var stream = await edge.Hub.NextAsync();
        var head = await stream.ReadHeadAsync();
        Assert.Contains("Upgrade: websocket", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", head, StringComparison.OrdinalIgnoreCase);

        await stream.WriteTextAsync("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nfrom backend");
        Assert.Contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", await user.ReceiveUntilAsync("from backend"), StringComparison.Ordinal);
        await user.SendAsync("from user");
        Assert.Equal("from user", await stream.ReadTextAsync(9));
    }

    /// <summary>Trailer fields do not pass: neither the server nor the HTTP client writes them in HTTP/1.1 (RFC 9110 §6.5.1 lets an intermediary drop them).</summary>
    [Fact]
    public async Task Bodies_StreamBothWays()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await User.ConnectAsync(edge.HttpPort);
        await user.SendAsync("POST /up HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        var stream = await edge.Hub.NextAsync();
        Assert.Contains("Transfer-Encoding: chunked", await stream.ReadHeadAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("5\r\nhello\r\n", await stream.ReadTextAsync(10)); // before the rest exists

        await user.SendAsync("0\r\n\r\n");
        Assert.Equal("0\r\n\r\n", await stream.ReadTextAsync(5));
        await stream.WriteTextAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\none\r\n");
        await user.ReceiveUntilAsync("one\r\n"); // before the rest exists, too
        await stream.WriteTextAsync("0\r\nX-Sum: 1\r\n\r\n");
        Assert.Equal("0\r\n\r\n", await user.ReceiveUntilAsync("\r\n\r\n"));
    }

    [Fact]
    public async Task Connections_AreNotSharedByUsers_AndEndWithThem()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var streams = new List<HubStream>();
        for (var i = 0; i < 2; i++)
        {
            using var user = await User.ConnectAsync(edge.HttpPort);
            await user.SendAsync("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n");
            streams.Add(await edge.Hub.NextAsync());
            await streams[i].WriteTextAsync(Ok);
            await user.ReceiveUntilAsync("ok");
            Assert.Equal(user.LocalEndPoint.ToString(), streams[i].Open.ClientAddress);
        }
        foreach (var stream in streams) await stream.Ended.BoundedAsync();
    }

    [Fact]
    public async Task Backends_OfOneConnection_AreBounded()
    {
        await using var edge = await EdgeUnderTest.StartAsync(("Nexus:Edge:PlainHttp:MaxBackendConnections", "2"));
        using var user = await User.ConnectAsync(edge.HttpPort);
        var streams = new List<HubStream>();
        foreach (var name in new[] { "a", "b", "c" })
        {
            await user.SendAsync($"GET / HTTP/1.1\r\nHost: {name}.wild.test\r\n\r\n");
            streams.Add(await edge.Hub.NextAsync());
            await streams[^1].WriteTextAsync(Ok);
            await user.ReceiveUntilAsync("ok");
        }
        await streams[0].Ended.BoundedAsync();
        await streams[1].Ended.BoundedAsync();
        Assert.False(streams[2].Ended.IsCompleted);
    }

    [Theory]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001")]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n")]
    [InlineData("{\"a\":1}\n")]
    public async Task OtherProtocols_AreClosed(string bytes)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await User.ConnectAsync(edge.HttpPort);
        await user.SendAsync(bytes);
        user.HalfClose();

        var answer = System.Text.Encoding.Latin1.GetString(await user.ReceiveToEndAsync());
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal), answer);
        Assert.Equal(0, edge.Hub.Opened);
    }
}
