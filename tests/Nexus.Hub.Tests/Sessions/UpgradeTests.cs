using System.Net.Security;
using System.Net.WebSockets;
using System.Text;
using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Sessions;

/// <summary>spec/node.md §1.1: what the backend listener answers before it is a WebSocket.</summary>
public sealed class UpgradeTests
{
    private const string Key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private const string Version = "Sec-WebSocket-Version: 13\r\n";
    private const string Upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";

    [Fact]
    [Statement("node 1")]
    public async Task Connect_ValidUpgrade_AnswersOnlyTheThreeHeaders()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var peer = await BackendPeer.DialAsync(hub);
        var head = await peer.Socket.UpgradeAsync(RawWebSocket.UpgradeRequest());

        string[] lines = head.Split("\r\n");
        Assert.Equal("HTTP/1.1 101 Switching Protocols", lines[0]);
        Assert.Equal(
            ["Connection: Upgrade", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "Upgrade: websocket"],
            lines[1..].Order(StringComparer.Ordinal));
    }

    [Theory]
    [Statement("node 4")]
    [InlineData("Origin: https://evil.example\r\nSec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Extensions: permessage-deflate\r\n", "/connect")]
    [InlineData("", "/connect?x=1")]
    public async Task Connect_OffersAndQueries_AreNeitherAcceptedNorInTheWay(string headers, string path)
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var peer = await BackendPeer.DialAsync(hub);
        var head = await peer.Socket.UpgradeAsync(RawWebSocket.UpgradeRequest(path, headers));

        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.Equal(4, head.Split("\r\n").Length);
    }

    [Theory]
    [Statement("node 2", "node 3")]
    [InlineData("GET", "/", Upgrade + Key + Version, 404)]
    [InlineData("GET", "/other", Upgrade + Key + Version, 404)]
    [InlineData("GET", "/connect/", Upgrade + Key + Version, 404)]
    [InlineData("GET", "/Connect", Upgrade + Key + Version, 404)]
    [InlineData("GET", "/health", "", 404)]
    [InlineData("GET", "/connect", "", 400)]
    [InlineData("GET", "/connect", "Connection: keep-alive\r\nUpgrade: websocket\r\n" + Key + Version, 400)]
    [InlineData("GET", "/connect", "Connection: Upgrade\r\nUpgrade: h2c\r\n" + Key + Version, 400)]
    [InlineData("GET", "/connect", Upgrade + Key, 400)]
    [InlineData("GET", "/connect", Upgrade + Key + "Sec-WebSocket-Version: 8\r\n", 400)]
    [InlineData("GET", "/connect", Upgrade + Version, 400)]
    [InlineData("GET", "/connect", Upgrade + Version + "Sec-WebSocket-Key: short\r\n", 400)]
    [InlineData("POST", "/connect", Upgrade + Key + Version, 405)]
    [InlineData("POST", "/connect", "", 400)]
    public async Task Request_NotAValidUpgrade_IsRefusedInTheOrderOfTheSpec(string method, string path, string headers, int status)
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var peer = await BackendPeer.DialAsync(hub);
        await peer.Socket.WriteAsync(Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: hub.test\r\n{headers}\r\n"));
        using var reader = new StreamReader(peer.Tls);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken).BoundedAsync();

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Server:", answer, StringComparison.Ordinal);
        Assert.Equal(status != 404, answer.Contains("Sec-Websocket-Version: 13\r\n", StringComparison.OrdinalIgnoreCase));
        Assert.EndsWith(status switch { 404 => "\r\n\r\nNot Found\n", 405 => "\r\n\r\nMethod Not Allowed\n", _ => "\r\n\r\nBad Request\n" }, answer, StringComparison.Ordinal);
        await hub.Metrics.WaitForAsync("nexus.hub.upgrades.refused", ("http.response.status_code", status));
    }

    [Fact]
    public async Task Connect_HeaderValuesInOtherCaseAndLists_AreAccepted()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var peer = await BackendPeer.DialAsync(hub);
        var head = await peer.Socket.UpgradeAsync(
            "GET /connect HTTP/1.1\r\nHost: hub.test\r\nconnection: keep-alive, upgrade\r\nupgrade: WebSocket\r\n" + Key + Version + "\r\n");
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
    }

    [Fact]
    [Statement("node 5")]
    public async Task Tls_ClientOffersH2_Http11IsChosenAndWebSocketWorks()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var peer = await BackendPeer.DialAsync(hub, SslApplicationProtocol.Http2, SslApplicationProtocol.Http11);
        var head = await peer.Socket.UpgradeAsync(RawWebSocket.UpgradeRequest());

        Assert.Equal(SslApplicationProtocol.Http11, peer.Tls.NegotiatedApplicationProtocol);
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_PlatformWebSocketClient_LogsIn()
    {
        await using var hub = await HubUnderTest.StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        await socket.ConnectAsync(new Uri($"wss://127.0.0.1:{hub.BackendEndPoint.Port}/connect"), TestContext.Current.CancellationToken).BoundedAsync();
        var claims = TestToken.Claims("app.test");
        await SendAsync(socket, TestToken.Sign(claims));
        var buffer = new byte[256];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken).BoundedAsync();
        var nonce = Encoding.UTF8.GetString(buffer, 0, received.Count).Split('"')[7];
        await SendAsync(socket, TestToken.Stage1(claims, nonce));

        await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("outcome", "accepted"));
    }

    [Fact]
    [Statement("node 142")]
    public async Task Connection_SilentInTlsOrHead_IsCutAtTheUpgradeTimeout()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        await using var silent = await BackendPeer.DialAsync(hub);

        hub.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.Null(await silent.Socket.ReceiveAsync());
    }

    [Theory]
    [Statement("node 142")]
    [InlineData("")]
    [InlineData("\u0016\u0003\u0001")]
    public async Task Connection_SilentBeforeOrInTheTlsHandshake_IsCut(string beginning)
    {
        await using var hub = await HubUnderTest.StartWithClockAsync(("Nexus:Hub:Sessions:UpgradeTimeout", "00:00:17")); // no other timer is due then
        using var silent = new System.Net.Sockets.TcpClient();
        await silent.ConnectAsync(hub.BackendEndPoint, TestContext.Current.CancellationToken);
        await silent.GetStream().WriteAsync(Encoding.Latin1.GetBytes(beginning), TestContext.Current.CancellationToken);
        await hub.Time.WaitForTimerAsync(TimeSpan.FromSeconds(17), TestContext.Current.CancellationToken);
        hub.Time.Advance(TimeSpan.FromSeconds(17));
        try
        {
            Assert.Equal(0, await silent.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken).AsTask().BoundedAsync());
        }
        catch (IOException)
        {
            // A reset is an end too.
        }
    }

    [Fact]
    [Statement("node 142")]
    public async Task Connection_DripsItsHead_IsCutAtTheUpgradeTimeout()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync(("Nexus:Hub:Sessions:TlsHandshakeTimeout", "00:01:00")); // it may not have noticed the end of that yet
        await using var slow = await BackendPeer.DialAsync(hub);
        await slow.Socket.WriteAsync("GET /connect HTTP/1.1\r\nHost: hub.test\r\n"u8.ToArray());
        for (var i = 0; i < 14; i++)
        {
            hub.Time.Advance(TimeSpan.FromSeconds(1));
            await slow.Socket.WriteAsync("X-Drip: 1\r\n"u8.ToArray());
        }

        hub.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await slow.Socket.ReceiveAsync());
    }

    [Fact]
    [Statement("node 142")]
    public async Task Connections_MoreUnauthenticatedThanAllowedFromOneAddress_AreTurnedAwayUntilOneLeaves()
    {
        await using var hub = await HubUnderTest.StartAsync(("Nexus:Hub:Sessions:MaxUnauthenticatedPerAddress", "2"));
        await using var first = await BackendPeer.UpgradeAsync(hub);
        var second = await BackendPeer.UpgradeAsync(hub);

        await Assert.ThrowsAnyAsync<IOException>(() => BackendPeer.DialAsync(hub));
        await hub.Metrics.WaitForSumAsync("nexus.hub.connections.refused", 1, ("reason", "address"));

        await second.DisposeAsync();
        await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("outcome", "peer_left"));
        await using var third = await UpgradeWhenAdmittedAsync(hub);
    }

    /// <summary>The place is free when the connection has closed, a moment after its handshake was counted.</summary>
    private static async Task<BackendPeer> UpgradeWhenAdmittedAsync(HubUnderTest hub)
    {
        using var limit = new CancellationTokenSource(TestTimeouts.Default);
        while (true)
        {
            try
            {
                return await BackendPeer.UpgradeAsync(hub);
            }
            catch (IOException) when (!limit.IsCancellationRequested)
            {
                // Turned away once more.
            }
        }
    }

    [Fact]
    public async Task Connections_Authenticated_NoLongerCountAsStrangers()
    {
        await using var hub = await HubUnderTest.StartAsync(("Nexus:Hub:Sessions:MaxUnauthenticated", "1"), ("Nexus:Hub:Sessions:MaxUnauthenticatedPerAddress", "1"));
        await using var first = await BackendPeer.LoginAsync(hub, "one.test");
        await using var second = await BackendPeer.LoginAsync(hub, "two.test");

        await using var user = await hub.ConnectAsync("one.test");
        Assert.Equal("connect", (await first.ReceiveAsync())?.Event);
    }

    private static Task SendAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken).BoundedAsync();
}
