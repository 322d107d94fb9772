using System.Buffers.Binary;
using Nexus.Contracts.Carriers;
using Nexus.Mesh.Tests.Peering.Fakes;

namespace Nexus.Mesh.Tests.Peering;

/// <summary>UDP between regions (spec/node.md §5.8): with a node of the original, and with one of ours.</summary>
public sealed class DatagramTests : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _parts = [];
    private HubAnnouncement? _announcement;

    public async ValueTask DisposeAsync()
    {
        _parts.Reverse();
        foreach (var part in _parts) await part.DisposeAsync();
    }

    [Fact]
    [Statement("node 129")]
    public async Task Origin_RequestsInTheOriginalsWords_AndCarriesEachDatagramInOneFrame_WithoutCredits()
    {
        var mesh = Keep(await LinkedMesh.StartAsync());
        var peer = Keep(await ScriptedPeer.LinkAsync(mesh, "udp:53"));
        await mesh.ServedAsync("udp:53");
        await peer.NextAnnouncementAsync();
        var user = Keep(EdgeFlows.Of(mesh)).Open(53);
        user.Send(1);
        user.Send();
        user.Send(new byte[32_768]);
        var request = await peer.NextAsync();
        Assert.Equal(
            $$"""{"type":"tunnel_request","client_id":"{{request.Id}}","conn_port":53,"client_ip":"192.0.2.7:5353","hostname":"udp:53","transport":"udp"}""",
            request.Text);
        foreach (var size in (int[])[1, 0, 32_768])
        {
            var data = await peer.NextAsync();
            Assert.Equal((0x11, request.Id, size), (data.Marker, data.Id, data.Data.Length));
        }

        await peer.DataAsync(request.Id);
        await peer.DataAsync(request.Id, 7, 8);
        Assert.Empty(await user.NextAsync());
        Assert.Equal([7, 8], await user.NextAsync());
        Assert.Empty(await peer.SettleAsync());
    }

    [Fact]
    [Statement("node 129")]
    public async Task Destination_AsksTheHubForAFlowOfTheSameId_AndGrantsNothing()
    {
        var (_, hub, peer) = await StartAsync();
        var id = Guid.NewGuid();
        await peer.RequestFlowAsync(id, 53, "[2001:db8::7]:5000");
        var flow = await hub.NextFlowAsync();
        Assert.Equal((id, "[2001:db8::7]:5000", 53, 53, ""), (flow.Open.FlowId.ToGuid(), flow.Open.ClientAddress, flow.Open.LocalPort, flow.Open.ClaimedPort, flow.Open.Host));
        await peer.DataAsync(id, 1, 2);
        await peer.DataAsync(id);
        Assert.Equal([1, 2], await flow.NextAsync());
        Assert.Empty(await flow.NextAsync());
        flow.Reply(3);
        flow.Reply();
        Assert.Equal([3], (await peer.NextAsync(0x11)).Data);
        Assert.Empty((await peer.NextAsync(0x11)).Data);
        Assert.Empty(await peer.SettleAsync());
    }

    [Fact]
    [Statement("node 129")]
    public async Task IdleFlow_IsClosedByItsOrigin_AndTheBackendIsTold()
    {
        var (near, far, hub) = await StartPairAsync();
        var edge = Keep(EdgeFlows.Of(near));
        var (user, flow) = await EchoAsync(edge, hub);
        user.End(FlowEnd.Idle);
        await flow.Finished.BoundedAsync();
        await NoFlowsAsync(near, far);
        var (_, next) = await EchoAsync(edge, hub);
        Assert.NotEqual(flow.Open.FlowId, next.Open.FlowId);
    }

    [Fact]
    [Statement("node 129")]
    public async Task FlowThatItsOriginHasForgotten_EndsAtTheDestination_OnceIdle()
    {
        var mesh = Keep(await LinkedMesh.StartWithClockAsync(LinkedMesh.Option("FlowIdleTimeout", "00:00:20")));
        var hub = Keep(await FakeHub.StartAsync());
        await mesh.AnnounceAsync(hub, "udp:53");
        var peer = Keep(await ScriptedPeer.LinkAsync(mesh));
        var (idle, busy) = (Guid.NewGuid(), Guid.NewGuid());
        await peer.RequestFlowAsync(idle, 53);
        var flow = await hub.NextFlowAsync();
        await peer.RequestFlowAsync(busy, 53);
        var other = await hub.NextFlowAsync();
        await mesh.Time.WaitForTimerWithinAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        for (var second = 0; second < 18; second++) mesh.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(other.Reply(5));
        Assert.Equal((0x11, busy), await peer.NextAsync(message => !message.IsText) is { } reply ? (reply.Marker, reply.Id) : default); // what comes last keeps it
        for (var second = 18; second < 25; second++) mesh.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(idle, (await peer.NextAsync(0x12)).Id);
        await flow.Finished.BoundedAsync();
        await peer.DataAsync(busy, 9);
        Assert.Equal([9], await other.NextAsync());
    }

    [Fact]
    [Statement("node 129")]
    public async Task ThousandsOfDatagrams_AllComeBack_WhileAnotherFlowAnswers()
    {
        var (near, _, hub) = await StartPairAsync();
        var edge = Keep(EdgeFlows.Of(near));
        var (user, flow) = await EchoAsync(edge, hub);
        var (other, aside) = await EchoAsync(edge, hub);
        var echoing = EchoAsync(flow, 5_000);
        const int Window = 16;
        for (var sent = 0; sent < Window; sent++) user.Send(Bytes(sent));
        for (var received = 0; received < 5_000; received++)
        {
            Assert.Equal(Bytes(received), await user.NextAsync());
            if (received + Window < 5_000) user.Send(Bytes(received + Window));
            if (received % 1_000 != 500) continue;
            other.Send(1);
            Assert.Equal([1], await aside.NextAsync());
            Assert.True(aside.Reply(2));
            Assert.Equal([2], await other.NextAsync());
        }

        await echoing.BoundedAsync();
    }

    [Fact]
    [Statement("node 125", "node 129")]
    public async Task LinkLoss_EndsFlowsOnBothSides()
    {
        var mesh = Keep(await LinkedMesh.StartAsync());
        var hub = Keep(await FakeHub.StartAsync());
        await mesh.AnnounceAsync(hub, "udp:53");
        var peer = Keep(await ScriptedPeer.LinkAsync(mesh, "udp:54"));
        await mesh.ServedAsync("udp:54");
        var user = Keep(EdgeFlows.Of(mesh)).Open(54);
        await peer.NextRequestAsync();
        await peer.RequestFlowAsync(Guid.NewGuid(), 53);
        var flow = await hub.NextFlowAsync();
        peer.Cut();
        Assert.Equal(FlowEnd.SessionLost, await user.Ended);
        await flow.Finished.BoundedAsync();
        await mesh.Metrics.WaitForSumAsync("nexus.mesh.active_flows", 0).BoundedAsync();
    }

    [Fact]
    public async Task EdgeOrHub_WhoseCallBreaks_EndsItsFlowsAtTheOtherNode()
    {
        var (mesh, hub, peer) = await StartAsync("udp:54");
        await mesh.ServedAsync("udp:54");
        var edge = EdgeFlows.Of(mesh);
        edge.Open(54);
        var outgoing = (await peer.NextRequestAsync()).Id;
        await edge.DisposeAsync();
        Assert.Equal(outgoing, (await peer.NextAsync(0x12)).Id);
        var incoming = Guid.NewGuid();
        await peer.RequestFlowAsync(incoming, 53);
        await hub.NextFlowAsync();
        await hub.DisposeAsync();
        Assert.Equal(incoming, (await peer.NextAsync(0x12)).Id);
        Assert.Equal(0, mesh.Links.All.Single().Flows.Count);
    }

    [Fact]
    public async Task BackendThatEnds_OrHubThatRefuses_ClosesTheFlow_AndTheNextDatagramFindsAnother()
    {
        var (near, _, hub) = await StartPairAsync();
        var edge = Keep(EdgeFlows.Of(near));
        var (user, flow) = await EchoAsync(edge, hub);
        flow.End();
        Assert.Equal(FlowEnd.BackendEnded, await user.Ended);
        hub.FlowRefusal = FlowEnd.Full;
        Assert.Equal(FlowEnd.BackendEnded, await edge.Open(53).Ended);
        hub.FlowRefusal = null;
        await EchoAsync(edge, hub);
        _announcement?.Dispose();
        await near.ServedAsync("udp:53", isServed: false);
        Assert.Equal(FlowEnd.NoBackend, await edge.Open(53).Ended);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stop_OfEitherMesh_EndsItsFlowsAtBothEnds(bool isOrigin)
    {
        var (near, far, hub) = await StartPairAsync();
        var (user, flow) = await EchoAsync(Keep(EdgeFlows.Of(near)), hub);
        await (isOrigin ? near : far).BeginStop().BoundedAsync();
        Assert.True(await user.Ended is FlowEnd.SessionLost or FlowEnd.Stopping); // the flow's end, or the call's
        await flow.Finished.BoundedAsync();
    }

    private static byte[] Bytes(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    private static async Task<(EdgeFlows.EdgeFlow User, HubFlow Flow)> EchoAsync(EdgeFlows edge, FakeHub hub)
    {
        var user = edge.Open(53);
        user.Send(1, 2, 3);
        var flow = await hub.NextFlowAsync();
        Assert.Equal([1, 2, 3], await flow.NextAsync());
        Assert.True(flow.Reply(4));
        Assert.Equal([4], await user.NextAsync());
        return (user, flow);
    }

    private static async Task EchoAsync(HubFlow flow, int count)
    {
        for (var i = 0; i < count; i++) Assert.True(flow.Reply(await flow.NextAsync()));
    }

    private static async Task NoFlowsAsync(params LinkedMesh[] meshes)
    {
        foreach (var mesh in meshes) await mesh.Metrics.WaitForSumAsync("nexus.mesh.active_flows", 0).BoundedAsync();
    }

    private async Task<(LinkedMesh Mesh, FakeHub Hub, ScriptedPeer Peer)> StartAsync(params string[] served)
    {
        var mesh = Keep(await LinkedMesh.StartAsync());
        var hub = Keep(await FakeHub.StartAsync());
        await mesh.AnnounceAsync(hub, "udp:53");
        return (mesh, hub, Keep(await ScriptedPeer.LinkAsync(mesh, served)));
    }

    /// <summary>Two meshes of ours, and a hub of the far one.</summary>
    private async Task<(LinkedMesh Near, LinkedMesh Far, FakeHub Hub)> StartPairAsync()
    {
        var far = Keep(await LinkedMesh.StartAsync(("Nexus:Mesh:Region", "far")));
        var near = Keep(await LinkedMesh.StartAsync(far.Pki, null, null, [LinkedMesh.Option("Peers:0", far.PeerUrl)]));
        var hub = Keep(await FakeHub.StartAsync());
        _announcement = await far.AnnounceAsync(hub, "udp:53");
        await near.ServedAsync("udp:53");
        return (near, far, hub);
    }

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }
}
