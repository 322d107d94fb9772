using System.Text;
using Microsoft.Extensions.Logging;
using Nexus.Mesh.Peering.Links;
using Nexus.Mesh.Peering.Tunnels;
using Nexus.Mesh.Tests.Peering.Fakes;
using Nexus.Protocol.Channels;
using Nexus.Protocol.WebSockets;

namespace Nexus.Mesh.Tests.Peering;

/// <summary>Peers that are let in, and mean harm or are broken.</summary>
public sealed class HostilePeerTests
{
    [Theory]
    [InlineData("192.0.2.9:4321", 0)]
    [InlineData("192.0.2.9:4321", -1)]
    [InlineData("192.0.2.9:4321", 70_000)]
    [InlineData("", 443)]
    [InlineData("nobody", 443)]
    [InlineData("192.0.2.9:70000", 443)]
    public async Task Request_ThatNoHubWouldTake_IsRefusedBeforeOneIsAsked(string client, int port)
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var hub = await FakeHub.StartAsync();
        await mesh.AnnounceAsync(hub, "app.test");
        await using var peer = await ScriptedPeer.LinkAsync(mesh);
        var id = Guid.NewGuid();
        await peer.RequestAsync(id, "app.test", client, port);
        var answer = await peer.NextAsync(message => !message.IsText);
        Assert.Equal((0x12, id), (answer.Marker, answer.Id));
        Assert.True(hub.IsIdle);
    }

    [Fact]
    public async Task Names_ThatAreNone_AreRefusedOrIgnored_AndTheLinkLives()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var hub = await FakeHub.StartAsync();
        await mesh.AnnounceAsync(hub, "app.test", "*.wild.test", "udp:53");
        await using var peer = await ScriptedPeer.LinkAsync(mesh);
        foreach (var name in new[] { "*.wild.test", "udp:0", "udp:54", "udp:x", "tcp:0", "tcp:70000", "APP.test", "app.test.", "", "a b", "app.test:443" })
        {
            var id = Guid.NewGuid();
            await peer.RequestAsync(id, name);
            Assert.Equal(id, (await peer.NextAsync(0x12)).Id);
        }

        await peer.RequestAsync(Guid.NewGuid(), new string('a', 10 * 1024));
        await peer.SendTextAsync("""{"type":"tunnel_request","client_id":"not-an-id","hostname":"app.test"}""");
        await peer.SettleAsync();
        Assert.True(hub.IsIdle);
    }

    [Fact]
    public async Task Id_OfALiveTunnel_AskedForAgain_EndsThatTunnelOnce()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var hub = await FakeHub.StartAsync();
        await mesh.AnnounceAsync(hub, "app.test");
        await using var peer = await ScriptedPeer.LinkAsync(mesh);
        var id = Guid.NewGuid();
        await peer.RequestAsync(id, "app.test");
        var stream = (await hub.NextAsync()).Take();
        await peer.DataAsync(id, 1);
        await stream.ReceiveAsync(1);
        await peer.RequestAsync(id, "app.test");
        Assert.Equal(id, (await peer.NextAsync(0x12)).Id);
        await stream.Gone.BoundedAsync();
        Assert.DoesNotContain(await peer.SettleAsync(), message => message.Marker == 0x12);
        Assert.True(hub.IsIdle);
    }

    [Fact]
    public async Task CreditOverrun_EndsThatTunnel_AndNoOther()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var peer = await ScriptedPeer.LinkAsync(mesh, "app.test");
        var (flooded, a) = await mesh.ConnectAsync(peer, "app.test");
        var (quiet, b) = await mesh.ConnectAsync(peer, "app.test");
        await using var one = flooded;
        await using var two = quiet;
        for (var i = 0; i < 1_200; i++) await peer.DataAsync(a, new byte[32_768]);
        Assert.Equal(a, (await peer.NextAsync(0x12)).Id);
        Assert.Equal(ChannelReadStatus.Reset, await flooded.EndedAsync());
        Assert.Equal(TunnelEnd.CreditOverrun, await mesh.TunnelEndAsync());
        await peer.DataAsync(b, 5);
        Assert.Equal([5], await quiet.ReceiveAsync(1));
    }

    [Fact]
    [Statement("node 123", "seen 5")]
    public async Task User_WhoReadsNothing_DelaysNobody()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var peer = await ScriptedPeer.LinkAsync(mesh, "app.test");
        var (stuck, a) = await mesh.ConnectAsync(peer, "app.test");
        await using var one = stuck;
        for (var i = 0; i < 64; i++) await peer.DataAsync(a, new byte[32_768]);
        var (user, b) = await mesh.ConnectAsync(peer, "app.test");
        await using var two = user;
        var received = user.DrainAsync();
        for (var sent = 0; sent < 512; sent++)
        {
            if (sent >= 64 && sent % 8 == 0) await peer.NextAsync(message => message.Marker == 0x15 && message.Id == b);
            await peer.DataAsync(b, new byte[32_768]);
        }

        await peer.CloseTunnelAsync(b);
        Assert.Equal(512L * 32_768, (await received.BoundedAsync()).Count);
    }

    [Fact]
    public async Task Storms_OfMessagesForNobody_AreIgnored()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var peer = await ScriptedPeer.LinkAsync(mesh);
        for (var i = 0; i < 3_000; i++)
        {
            var id = Guid.NewGuid();
            await peer.CloseTunnelAsync(id);
            await peer.GrantAsync(id, 64);
            await peer.DataAsync(id, 1);
            await peer.HalfCloseAsync(id);
        }

        Assert.All(await peer.SettleAsync(), message => Assert.True(message.IsText));
    }

    [Fact]
    public async Task Texts_WithoutAMeaning_AreIgnoredOneByOne_AndEndTheLinkInMasses()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var peer = await ScriptedPeer.LinkAsync(mesh);
        for (var i = 0; i < 1_001; i++) await peer.SendTextAsync("{");
        Assert.Equal(1008, (await peer.EndAsync()).CloseCode);
        Assert.Equal(PeerLinkEnd.ProtocolError, await mesh.LinkEndAsync());
    }

    [Fact]
    public async Task Message_ThatIsTooLong_EndsTheLinkWith1009()
    {
        await using var mesh = await LinkedMesh.StartAsync(LinkedMesh.Option("MaxAnnouncementMegabytes", "1"));
        await using var text = await ScriptedPeer.LinkAsync(mesh);
        await text.SendFrameAsync(WebSocketOpcode.Text, Encoding.ASCII.GetBytes(new string(' ', 1024 * 1024)));
        await text.SettleAsync();
        await text.SendFrameAsync(WebSocketOpcode.Binary, new byte[32_786]);
        Assert.Equal(1009, (await text.EndAsync()).CloseCode);
    }

    [Fact]
    public async Task Link_ThatEndsWhileItsAnnouncementIsTakenIn_LeavesNoRoutes()
    {
        using var saboteur = new Saboteur();
        await using var mesh = await LinkedMesh.StartAsync(null, null, saboteur, []);
        saboteur.Mesh = mesh;
        using var certificate = mesh.Pki.Issue("late.mesh.test");
        await using var peer = await ScriptedPeer.DialAsync(mesh, certificate);
        await peer.AnnounceAsync(1, "ghost.test");
        await mesh.LinkEndAsync();
        await mesh.ServedAsync("ghost.test", isServed: false);
        Assert.Equal((0, 0), (mesh.Table.Count, mesh.Directory.RoutesOfPeers()));
    }

    /// <summary>Ends the link in the very moment in which its receiver has introduced it, and lets that go on when it is withdrawn.</summary>
    private sealed class Saboteur : ILoggerProvider, ILogger
    {
        public LinkedMesh? Mesh { get; set; }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (Mesh is not { } mesh || !formatter(state, exception).StartsWith("Linked with", StringComparison.Ordinal)) return;
            foreach (var link in mesh.Links.All) link.Decide(PeerLinkEnd.Lost);
            SpinWait.SpinUntil(() => !mesh.Links.All.Any(), TestTimeouts.Default);
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
