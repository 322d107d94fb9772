using Grpc.Core;
using Nexus.Mesh.Peering.Tunnels;
using Nexus.Mesh.Tests.Peering.Fakes;
using Nexus.Protocol.Channels;

namespace Nexus.Mesh.Tests.Peering;

/// <summary>Other nodes' users on their way to a hub of ours (spec/node.md §5.6).</summary>
public sealed class DestinationTests : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _parts = [];

    public async ValueTask DisposeAsync()
    {
        _parts.Reverse();
        foreach (var part in _parts) await part.DisposeAsync();
    }

    [Fact]
    [Statement("node 116")]
    public async Task Destination_Grants64_AndAsksTheHubWithWhatTheRequestSays()
    {
        var (_, hub, peer) = await StartAsync("app.test");
        var id = Guid.NewGuid();
        await peer.RequestAsync(id, "app.test", "[2001:db8::7]:5000", 8443);
        var stream = await hub.NextAsync();
        Assert.Equal(("[2001:db8::7]:5000", 8443, "app.test", true), (stream.Open.ClientAddress, stream.Open.LocalPort, stream.Open.Host, stream.Open.IsTls));
        stream.Take();
        var grant = await peer.NextAsync(message => !message.IsText);
        Assert.Equal((0x15, id, 64L), (grant.Marker, grant.Id, grant.Credits));
        await peer.DataAsync(id, 1, 2, 3);
        Assert.Equal([1, 2, 3], await stream.ReceiveAsync(3));
        await stream.SendAsync(new byte[] { 4, 5 });
        Assert.Equal([4, 5], (await peer.NextAsync(0x11)).Data);
        stream.End();
        Assert.Equal(id, (await peer.NextAsync(0x12)).Id);
    }

    [Fact]
    [Statement("node 116")]
    public async Task PortClaims_AndWildcards_AreFound()
    {
        var (_, hub, peer) = await StartAsync("tcp:53", "*.wild.test");
        await peer.RequestAsync(Guid.NewGuid(), "tcp:53", isTls: false);
        var claim = await hub.NextAsync();
        Assert.Equal(("", 53, false), (claim.Open.Host, claim.Open.ClaimedPort, claim.Open.IsTls));
        claim.Take();
        await peer.RequestAsync(Guid.NewGuid(), "a.wild.test");
        Assert.Equal("a.wild.test", (await hub.NextAsync()).Take().Open.Host);
    }

    [Fact]
    [Statement("node 117")]
    public async Task Name_ThatOnlyAPeerServes_IsNotForwarded_ButRefused()
    {
        var (mesh, hub, peer) = await StartAsync("app.test");
        await using var other = await ScriptedPeer.LinkAsync(mesh, "far.test");
        await mesh.ServedAsync("far.test");
        var id = Guid.NewGuid();
        await peer.RequestAsync(id, "far.test");
        Assert.Equal(id, (await peer.NextAsync(message => !message.IsText)).Id);
        Assert.True(hub.IsIdle);
        Assert.All(await other.SettleAsync(), message => Assert.Equal("announce", message.Type));
    }

    [Fact]
    [Statement("node 122")]
    public async Task Close_OfAnOriginal_DeliversWhatCameBefore_AndEndsTheHubsStream()
    {
        var (mesh, hub, peer) = await StartAsync("app.test");
        var id = Guid.NewGuid();
        await peer.RequestAsync(id, "app.test");
        var stream = (await hub.NextAsync()).Take();
        await peer.NextAsync(0x15);
        await peer.DataAsync(id, 1, 2);
        await peer.CloseTunnelAsync(id);
        await peer.CloseTunnelAsync(id);
        var (count, _, end) = await stream.DrainAsync();
        Assert.Equal((2L, ChannelReadStatus.End), (count, end));
        stream.End();
        Assert.Equal(TunnelEnd.Completed, await mesh.TunnelEndAsync());
        Assert.DoesNotContain(await peer.SettleAsync(), message => message.Marker == 0x12);
    }

    [Fact]
    [Statement("node 124")]
    public async Task Bytes_AndACloseBeforeTheHubHasAnswered_StillReachIt()
    {
        var (mesh, hub, peer) = await StartAsync("app.test");
        var id = Guid.NewGuid();
        await peer.RequestAsync(id, "app.test");
        for (var i = 0; i < 10; i++) await peer.DataAsync(id, new byte[32_768]);
        await peer.CloseTunnelAsync(id);
        var opened = await hub.NextAsync();
        await peer.SettleAsync();
        var stream = opened.Take();
        var (count, _, end) = await stream.DrainAsync();
        Assert.Equal((10L * 32_768, ChannelReadStatus.End), (count, end));
        stream.End();
        Assert.Equal(TunnelEnd.Completed, await mesh.TunnelEndAsync());
    }

    [Fact]
    [Statement("node 118", "node 122")]
    public async Task Peer_ThatGrantsNothingMore_IsSentNoMoreThan64_AndItsCloseEndsTheHubsAnswer()
    {
        var (mesh, hub, peer) = await StartAsync("app.test");
        var id = Guid.NewGuid();
        await peer.RequestAsync(id, "app.test");
        var stream = (await hub.NextAsync()).Take();
        await peer.GrantAsync(id, 64);
        var answering = stream.SendAsync(new byte[6 * 1024 * 1024]);
        for (var i = 0; i < 64; i++) await peer.NextAsync(0x11);
        Assert.DoesNotContain(await peer.SettleAsync(), message => message.Marker == 0x11);
        await peer.CloseTunnelAsync(id);
        Assert.Equal(TunnelEnd.Completed, await mesh.TunnelEndAsync());
        await stream.Gone.BoundedAsync(); // no clock is moved
        await Assert.ThrowsAnyAsync<Exception>(() => answering);
        await mesh.Get<DestinationTunnels>().WhenOverAsync().BoundedAsync();
    }

    [Fact]
    [Statement("node 121")]
    public async Task Pause_StopsReadingOfThatHubsStreamOnly_UntilItIsTakenBack()
    {
        var (_, hub, peer) = await StartAsync("app.test");
        var (a, b) = (Guid.NewGuid(), Guid.NewGuid());
        await peer.RequestAsync(a, "app.test");
        var first = (await hub.NextAsync()).Take();
        await peer.RequestAsync(b, "app.test");
        var second = (await hub.NextAsync()).Take();
        await peer.PauseAsync(a);
        await peer.SettleAsync();
        await first.SendAsync(new byte[] { 1 });
        await second.SendAsync(new byte[] { 2 });
        Assert.Equal(b, (await peer.NextAsync(0x11)).Id);
        await peer.GrantAsync(a, 8); // no end of a pause
        Assert.DoesNotContain(await peer.SettleAsync(), message => message.Marker == 0x11);
        await peer.DataAsync(a, 3);
        Assert.Equal([3], await first.ReceiveAsync(1)); // the other direction goes on
        await peer.ResumeAsync(a);
        Assert.Equal(a, (await peer.NextAsync(0x11)).Id);
    }

    /// <summary>A hub that takes nothing: the original is asked to pause before it overruns the window, and to go on once it is taken.</summary>
    [Fact]
    [Statement("node 121", "node 124")]
    public async Task Hub_ThatReadsNothing_PausesTheOriginal_AndAllItSentArrives()
    {
        var (_, hub, peer) = await StartAsync("app.test");
        var id = Guid.NewGuid();
        await peer.RequestAsync(id, "app.test");
        var opened = await hub.NextAsync();
        for (var i = 0; i < 200; i++) await peer.DataAsync(id, new byte[32_768]); // an old node: minds no credits
        Assert.Equal(id, (await peer.NextAsync(0x13)).Id);
        var stream = opened.Take();
        await stream.ReceiveAsync(200 * 32_768);
        Assert.Equal(id, (await peer.NextAsync(0x14)).Id);
        await peer.DataAsync(id, 7);
        Assert.Equal([7], await stream.ReceiveAsync(1));
    }

    [Fact]
    public async Task Original_HasItsCreditsWhileTheHubIsAsked_SoThatNothingRunsOver()
    {
        var (_, hub, peer) = await StartAsync("app.test");
        var id = Guid.NewGuid();
        await peer.RequestAsync(id, "app.test");
        var opened = await hub.NextAsync();
        Assert.Equal((0x15, 64L), (await peer.NextAsync(message => !message.IsText)) is { } grant ? (grant.Marker, grant.Credits) : default);
        opened.Take();
        Assert.DoesNotContain(await peer.SettleAsync(), message => message.Marker == 0x15);
    }

    [Fact]
    public async Task HubsFin_IsTheEndForAnOriginal_WhichKnowsNoOther()
    {
        var (mesh, hub, peer) = await StartAsync("app.test");
        var id = Guid.NewGuid();
        await peer.RequestAsync(id, "app.test");
        var stream = (await hub.NextAsync()).Take();
        await peer.DataAsync(id, 1);
        await stream.ReceiveAsync(1);
        await stream.SendAsync(new byte[] { 2 });
        await stream.FinishAsync();
        Assert.Equal([2], (await peer.NextAsync(0x11)).Data);
        Assert.Equal(id, (await peer.NextAsync(0x12)).Id);
        Assert.Equal(ChannelReadStatus.End, await stream.EndedAsync());
        stream.End();
        Assert.Equal(TunnelEnd.Completed, await mesh.TunnelEndAsync());
    }

    [Fact]
    public async Task Origin_ThatLeavesBeforeAnyByte_GivesUpTheOpening()
    {
        var (mesh, hub, peer) = await StartAsync("app.test");
        var id = Guid.NewGuid();
        await peer.RequestAsync(id, "app.test");
        var opened = await hub.NextAsync();
        await peer.CloseTunnelAsync(id);
        await opened.Gone.BoundedAsync();
        await LinkedMesh.EventuallyAsync(() => mesh.Links.All.All(link => link.TunnelCount == 0), "A tunnel is left.");
    }

    [Fact]
    public async Task Hub_ThatIsSilent_IsNotWaitedForWhileAnotherServesTheName_AndIsTriedLastThen()
    {
        var mesh = await LinkedMesh.StartAsync(LinkedMesh.Option("HubTimeout", "00:00:00.200"));
        _parts.Add(mesh);
        FakeHub[] hubs = [await FakeHub.StartAsync(), await FakeHub.StartAsync()];
        _parts.AddRange(hubs);
        foreach (var hub in hubs) await mesh.AnnounceAsync(hub, "app.test");
        var peer = await ScriptedPeer.LinkAsync(mesh);
        _parts.Add(peer);

        List<Task<HubStream>> asked = [.. hubs.Select(hub => hub.NextAsync())];
        await peer.RequestAsync(Guid.NewGuid(), "app.test");
        var first = await Task.WhenAny(asked).BoundedAsync();
        var (silent, taker) = first == asked[0] ? (0, 1) : (1, 0);
        (await asked[taker]).Take();
        await (await first).Gone.BoundedAsync();

        await peer.RequestAsync(Guid.NewGuid(), "app.test");
        (await hubs[taker].NextAsync()).Take();
        Assert.True(hubs[silent].IsIdle);
    }

    [Fact]
    public async Task Link_LostDuringTheOpening_GivesItUp()
    {
        var (mesh, hub, peer) = await StartAsync("app.test");
        await peer.RequestAsync(Guid.NewGuid(), "app.test");
        var opened = await hub.NextAsync();
        peer.Cut();
        await opened.Gone.BoundedAsync();
        await mesh.Get<DestinationTunnels>().WhenOverAsync().BoundedAsync();
    }

    [Theory]
    [InlineData(StatusCode.NotFound)]
    [InlineData(StatusCode.ResourceExhausted)]
    [InlineData(StatusCode.Unavailable)]
    public async Task Hub_ThatRefuses_IsARefusal_AndOneThatDiesToo(StatusCode code)
    {
        var (mesh, hub, peer) = await StartAsync("app.test");
        var id = Guid.NewGuid();
        await peer.RequestAsync(id, "app.test");
        var opened = await hub.NextAsync();
        await peer.DataAsync(id, 1, 2, 3);
        opened.Refuse(code);
        Assert.Equal(id, (await peer.NextAsync(0x12)).Id);
        var next = Guid.NewGuid();
        await peer.RequestAsync(next, "app.test");
        await hub.NextAsync();
        await hub.DisposeAsync();
        Assert.Equal(next, (await peer.NextAsync(0x12)).Id);
        Assert.Equal(0, mesh.Links.All.Single().TunnelCount);
    }

    private async Task<(LinkedMesh Mesh, FakeHub Hub, ScriptedPeer Peer)> StartAsync(params string[] names)
    {
        var mesh = await LinkedMesh.StartWithClockAsync(); // which stands still: nothing here waits for time
        _parts.Add(mesh);
        var hub = await FakeHub.StartAsync();
        _parts.Add(hub);
        await mesh.AnnounceAsync(hub, names);
        var peer = await ScriptedPeer.LinkAsync(mesh);
        _parts.Add(peer);
        return (mesh, hub, peer);
    }
}
