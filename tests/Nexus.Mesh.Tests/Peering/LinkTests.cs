using Nexus.Mesh.Peering.Links;
using Nexus.Mesh.Peering.Tunnels;
using Nexus.Mesh.Tests.Peering.Fakes;
using Nexus.Protocol.Channels;

namespace Nexus.Mesh.Tests.Peering;

/// <summary>How links end, and begin again (spec/node.md §5.2, 5.10; spec/seen.md 6).</summary>
public sealed class LinkTests
{
    [Fact]
    [Statement("node 125", "seen 6")]
    public async Task LinkLoss_ClosesTunnelsAtBothEnds_AndWithdrawsRoutes()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var hub = await FakeHub.StartAsync();
        await mesh.AnnounceAsync(hub, "app.test");
        await using var peer = await ScriptedPeer.LinkAsync(mesh, "far.test");
        var (user, _) = await mesh.ConnectAsync(peer, "far.test");
        await using var one = user;
        await peer.RequestAsync(Guid.NewGuid(), "app.test");
        var stream = (await hub.NextAsync()).Take();
        await peer.SettleAsync();
        peer.Cut();
        Assert.Equal(ChannelReadStatus.Reset, await user.EndedAsync());
        await stream.Gone.BoundedAsync();
        await mesh.ServedAsync("far.test", isServed: false);
        await LinkedMesh.EventuallyAsync(() => mesh.Directory.RoutesOfPeers() == 0, "Routes of a lost peer are left.");
        await mesh.Get<TunnelRunner>().WhenEmptyAsync(TestContext.Current.CancellationToken).BoundedAsync();
    }

    [Theory]
    [Statement("node 126")]
    [InlineData(true, 12, 14)]
    [InlineData(false, 120, 180)]
    public async Task SilentPeer_IsGivenUp_InItsTime(bool isOurs, int notBefore, int within)
    {
        await using var mesh = await LinkedMesh.StartWithClockAsync();
        await using var peer = isOurs ? await ScriptedPeer.LinkExtendedAsync(mesh, "far.test") : await ScriptedPeer.LinkAsync(mesh, "far.test");
        await mesh.ServedAsync("far.test");
        await mesh.Time.WaitForTimerWithinAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        var ended = mesh.LinkEndAsync();
        for (var i = 0; i < notBefore - 1; i++) mesh.Time.Advance(TimeSpan.FromSeconds(1));
        await mesh.ServedAsync("far.test");
        Assert.False(ended.IsCompleted);
        for (var i = notBefore - 1; i < within; i++)
        {
            mesh.Time.Advance(TimeSpan.FromSeconds(1));
            await mesh.OpenAsync(LinkedMesh.Open("nobody.test")); // so that it comes to look
        }

        await mesh.ServedAsync("far.test", isServed: false);
        Assert.Equal(PeerLinkEnd.Frozen, await ended.BoundedAsync());
    }

    /// <summary>Its reader is blocked by one of its users, so it answers no ping, and sends none: what it sends for others is a sign of life all the same.</summary>
    [Fact]
    [Statement("node 126")]
    public async Task SlowOriginal_ThatAnswersNoPing_IsKeptAsLongAsItSaysSomething()
    {
        await using var mesh = await LinkedMesh.StartWithClockAsync();
        await using var peer = await ScriptedPeer.LinkAsync(mesh, "far.test");
        peer.AnswersPings = false;
        await mesh.Time.WaitForTimerWithinAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        var ended = mesh.LinkEndAsync();
        for (var round = 0; round < 10; round++)
        {
            for (var i = 0; i < 120; i++) mesh.Time.Advance(TimeSpan.FromSeconds(1));
            await peer.DataAsync(Guid.NewGuid(), 1);
            Assert.DoesNotContain(await peer.SettleAsync(), message => message.IsEnd);
        }

        Assert.False(ended.IsCompleted);
        await mesh.ServedAsync("far.test");
        for (var i = 0; i < 180; i++) mesh.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PeerLinkEnd.Frozen, await ended);
    }

    [Fact]
    [Statement("node 127")]
    public async Task Redial_GoesOnForEver_WithPauses_AndStopsAtOnce()
    {
        using var pki = new PeerPki();
        await using var listener = new PeerListener(pki.Issue("localhost"));
        await using var mesh = await LinkedMesh.StartAsync(
            pki, null, null, [LinkedMesh.Option("Peers:0", listener.Url), LinkedMesh.Option("MinRedialDelay", "00:00:00.010"), LinkedMesh.Option("MaxRedialDelay", "00:00:00.100")]);
        for (var i = 0; i < 10; i++) (await listener.AcceptSocketAsync()).Dispose(); // not even TLS
        for (var i = 0; i < 5; i++)
        {
            await using var linked = await listener.AcceptAsync();
            Assert.Equal("announce", (await linked.NextAsync()).Type);
            linked.Cut();
        }

        await using var last = await listener.AcceptAsync();
        await last.NextAsync();
        var stopping = mesh.BeginStop();
        Assert.Equal(1001, (await last.EndAsync()).CloseCode);
        await last.DisposeAsync();
        await stopping.BoundedAsync();
    }

    [Fact]
    public async Task Proxy_Set_PeersAreDialledThroughIt()
    {
        using var pki = new PeerPki();
        using var proxy = new ScriptedProxy();
        await using var listener = new PeerListener(pki.Issue("localhost"));
        await using var mesh = await LinkedMesh.StartAsync(pki, null, null, [LinkedMesh.Option("Peers:0", listener.Url), LinkedMesh.Option("Proxy", proxy.Address.ToString())]);
        var url = new Uri(listener.Url);
        var (head, relaying) = await proxy.ServeOneAsync(200, url.Port);
        Assert.StartsWith($"CONNECT {url.Authority} HTTP/1.1\r\n", head, StringComparison.Ordinal);
        await using (var linked = await listener.AcceptAsync())
        {
            Assert.Equal("announce", (await linked.NextAsync()).Type);
        }

        await relaying.BoundedAsync();
    }

    [Fact]
    [Statement("node 127")]
    public async Task Stop_DuringTheHandshakeOrAPause_IsPrompt()
    {
        using var pki = new PeerPki();
        await using var listener = new PeerListener(pki.Issue("localhost"));
        await using var mesh = await LinkedMesh.StartAsync(pki, null, null, [LinkedMesh.Option("Peers:0", listener.Url), LinkedMesh.Option("Peers:1", "wss://localhost:1/mesh")]);
        using var socket = await listener.AcceptSocketAsync(); // says nothing, for ever
        await mesh.BeginStop().BoundedAsync();
    }

    [Fact]
    public async Task Drain_WithdrawsRoutes_LetsTunnelsFinish_AndThenClosesWith1001()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var hub = await FakeHub.StartAsync();
        await mesh.AnnounceAsync(hub, "app.test");
        await using var peer = await ScriptedPeer.LinkExtendedAsync(mesh, "far.test");
        Assert.Equal(["app.test"], (await peer.NextAnnouncementAsync()).Names);
        var id = Guid.NewGuid();
        await peer.RequestAsync(id, "app.test");
        var stream = (await hub.NextAsync()).Take();
        await peer.NextAsync(0x15);
        var stopping = mesh.BeginStop();
        Assert.Empty((await peer.NextAnnouncementAsync()).Names);
        var late = Guid.NewGuid();
        await peer.RequestAsync(late, "app.test");
        var refusal = await peer.NextAsync(0x12);
        Assert.Equal((late, (byte)5), (refusal.Id, refusal.Data.Single())); // draining
        await stream.SendAsync(new byte[] { 1, 2, 3 });
        Assert.Equal([1, 2, 3], (await peer.NextAsync(0x11)).Data);
        stream.End();
        Assert.Equal(id, (await peer.NextAsync(0x12)).Id);
        Assert.Equal(1001, (await peer.EndAsync()).CloseCode);
        await peer.DisposeAsync();
        await stopping.BoundedAsync();
    }

    [Fact]
    public async Task Peer_ThatCloses_IsAnsweredAndSoNamed()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var peer = await ScriptedPeer.LinkAsync(mesh, "far.test");
        await peer.SendFrameAsync(Protocol.WebSockets.WebSocketOpcode.Close, [0x03, 0xE8]);
        Assert.Equal(1000, (await peer.EndAsync()).CloseCode);
        Assert.Equal(PeerLinkEnd.PeerClosed, await mesh.LinkEndAsync());
    }
}
