using Nexus.Contracts.Carriers;
using Nexus.Mesh.Tests.Peering.Fakes;
using Nexus.Protocol.Channels;

namespace Nexus.Mesh.Tests.Peering;

/// <summary>Peers that are let in, and mean harm or are broken, with UDP.</summary>
public sealed class HostileDatagramTests
{
    [Theory]
    [InlineData("192.0.2.9:4321", 0)]
    [InlineData("192.0.2.9:4321", 70_000)]
    [InlineData("", 53)]
    [InlineData("nobody", 53)]
    public async Task Request_ThatNoHubWouldTake_IsRefusedBeforeOneIsAsked(string client, int port)
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var hub = await FakeHub.StartAsync();
        await mesh.AnnounceAsync(hub, "udp:53");
        await using var peer = await ScriptedPeer.LinkAsync(mesh);
        var id = Guid.NewGuid();
        await peer.SendTextAsync($"{{\"type\":\"tunnel_request\",\"client_id\":\"{id}\",\"conn_port\":{port},\"client_ip\":\"{client}\",\"hostname\":\"udp:53\",\"transport\":\"tcp\"}}");
        var answer = await peer.NextAsync(message => !message.IsText);
        Assert.Equal((0x12, id), (answer.Marker, answer.Id));
        Assert.True(hub.IsIdle);
    }

    [Fact]
    public async Task Id_OfATunnelOrAFlow_AskedForAsTheOther_EndsIt_AndNothingElse()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var hub = await FakeHub.StartAsync();
        await mesh.AnnounceAsync(hub, "udp:53", "app.test");
        await using var peer = await ScriptedPeer.LinkAsync(mesh);
        var (tunnel, flow) = (Guid.NewGuid(), Guid.NewGuid());
        await peer.RequestAsync(tunnel, "app.test");
        var stream = (await hub.NextAsync()).Take();
        await peer.RequestFlowAsync(flow, 53);
        var datagrams = await hub.NextFlowAsync();
        await peer.DataAsync(tunnel, 1);
        Assert.Equal([1], await stream.ReceiveAsync(1));
        await peer.RequestFlowAsync(tunnel, 53);
        Assert.Equal(tunnel, (await peer.NextAsync(0x12)).Id);
        await stream.Gone.BoundedAsync();
        await peer.RequestAsync(flow, "app.test");
        Assert.Equal(flow, (await peer.NextAsync(0x12)).Id);
        await datagrams.Finished.BoundedAsync();
        await peer.RequestFlowAsync(flow, 53); // it is free again
        await hub.NextFlowAsync();
        await peer.RequestFlowAsync(flow, 53);
        Assert.Equal(flow, (await peer.NextAsync(0x12)).Id);
        Assert.DoesNotContain(await peer.SettleAsync(), message => message.Marker == 0x12);
        Assert.True(hub.IsIdle);
    }

    [Fact]
    public async Task Pauses_Credits_HalfCloses_AndWordsForNobody_AreIgnored()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var hub = await FakeHub.StartAsync();
        await mesh.AnnounceAsync(hub, "udp:53");
        await using var peer = await ScriptedPeer.LinkAsync(mesh);
        var id = Guid.NewGuid();
        await peer.DataAsync(id, 9); // nobody's yet
        await peer.RequestFlowAsync(id, 53);
        var flow = await hub.NextFlowAsync();
        await peer.PauseAsync(id);
        await peer.GrantAsync(id, 0);
        await peer.HalfCloseAsync(id);
        Assert.True(flow.Reply(1));
        Assert.Equal([1], (await peer.NextAsync(0x11)).Data);
        await peer.ResumeAsync(id);
        await peer.DataAsync(id, 2);
        Assert.Equal([2], await flow.NextAsync());
        await peer.CloseTunnelAsync(id);
        await peer.CloseTunnelAsync(id);
        await peer.DataAsync(id, 3);
        await flow.Finished.BoundedAsync();
        Assert.Empty(await peer.SettleAsync());
    }

    [Fact]
    public async Task Datagram_LargerThanAFrame_EndsTheLink_AndOneThatIsAsLargeDoesNot()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var hub = await FakeHub.StartAsync();
        await mesh.AnnounceAsync(hub, "udp:53");
        await using var peer = await ScriptedPeer.LinkAsync(mesh);
        var id = Guid.NewGuid();
        await peer.RequestFlowAsync(id, 53);
        var flow = await hub.NextFlowAsync();
        await peer.DataAsync(id, new byte[32_768]);
        Assert.Equal(32_768, (await flow.NextAsync()).Length);
        await peer.DataAsync(id, new byte[32_769]);
        Assert.Equal(1009, (await peer.EndAsync()).CloseCode);
        await flow.Finished.BoundedAsync();
    }

    [Fact]
    public async Task Flows_BeyondTheLimitOfALink_AreRefused_BothWays()
    {
        await using var mesh = await LinkedMesh.StartAsync(LinkedMesh.Option("MaxFlowsPerLink", "3"));
        await using var hub = await FakeHub.StartAsync();
        await mesh.AnnounceAsync(hub, "udp:53");
        await using var peer = await ScriptedPeer.LinkAsync(mesh, "udp:54");
        await mesh.ServedAsync("udp:54");
        await using var edge = EdgeFlows.Of(mesh);
        var ids = Enumerable.Range(0, 3).Select(_ => Guid.NewGuid()).ToArray();
        foreach (var id in ids) await peer.RequestFlowAsync(id, 53);
        foreach (var _ in ids) await hub.NextFlowAsync();
        var late = Guid.NewGuid();
        await peer.RequestFlowAsync(late, 53);
        Assert.Equal(late, (await peer.NextAsync(0x12)).Id);
        Assert.Equal(FlowEnd.NoBackend, await edge.Open(54).Ended);
        await peer.CloseTunnelAsync(ids[0]);
        await peer.SettleAsync();
        edge.Open(54);
        await peer.NextRequestAsync();
    }

    /// <summary>What waits for it is dropped beyond the bound, and streams beside it go on once it reads.</summary>
    [Fact]
    public async Task Peer_ThatReadsNothing_CostsABoundedQueue_AndDelaysNoTunnel()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var hub = await FakeHub.StartAsync();
        await mesh.AnnounceAsync(hub, "udp:53", "app.test");
        await using var peer = await ScriptedPeer.LinkAsync(mesh);
        var (id, tunnel) = (Guid.NewGuid(), Guid.NewGuid());
        await peer.RequestFlowAsync(id, 53);
        var flow = await hub.NextFlowAsync();
        await peer.RequestAsync(tunnel, "app.test");
        var stream = (await hub.NextAsync()).Take();
        for (var i = 0; i < 2_000; i++)
        {
            flow.Reply(new byte[32_768]);
            if (i % 50 == 0) await Task.Yield();
        }

        await LinkedMesh.EventuallyAsync(() => mesh.Metrics.Sum("nexus.mesh.datagrams.dropped") > 0 || !flow.Reply(new byte[32_768]), "Nothing was dropped.");
        await stream.SendAsync(new byte[] { 1, 2 });
        Assert.Equal([1, 2], (await peer.NextAsync(message => message.Marker == 0x11 && message.Id == tunnel)).Data);
        stream.Reset();
        Assert.Equal(ChannelReadStatus.Reset, await stream.EndedAsync());
    }

    [Fact]
    public async Task Peer_ThatAsksOnAndOn_AndReadsNoAnswer_IsGivenUp()
    {
        await using var mesh = await LinkedMesh.StartAsync(LinkedMesh.Option("MaxFlowsPerLink", "100"), LinkedMesh.Option("MaxTunnelsPerLink", "100"));
        await using var hub = await FakeHub.StartAsync();
        hub.FlowRefusal = FlowEnd.Full;
        await mesh.AnnounceAsync(hub, "udp:53");
        await using var peer = await ScriptedPeer.LinkAsync(mesh);
        try
        {
            while (mesh.Links.All.Any()) await peer.RequestFlowAsync(Guid.NewGuid(), 53);
        }
        catch (IOException)
        {
            // It is gone.
        }

        Assert.Equal(Mesh.Peering.Links.PeerLinkEnd.ControlOverflow, await mesh.LinkEndAsync());
    }
}
