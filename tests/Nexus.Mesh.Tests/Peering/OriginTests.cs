using Nexus.Contracts.Carriers;
using Nexus.Mesh.Peering.Tunnels;
using Nexus.Mesh.Tests.Peering.Fakes;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Tests.Peering;

/// <summary>Users of ours on their way to a node of the original (spec/node.md §5.5, 5.7).</summary>
public sealed class OriginTests
{
    [Fact]
    [Statement("node 115")]
    public async Task Origin_SaysRequestThenCreditsThenThePrelude()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var peer = await ScriptedPeer.LinkAsync(mesh, "app.test");
        await peer.NextAnnouncementAsync();
        var prelude = Enumerable.Range(0, 40_000).Select(i => (byte)i).ToArray();
        var opening = mesh.OpenAsync(LinkedMesh.Open("app.test"), prelude);
        var request = await peer.NextAsync();
        Assert.Equal(
            $$"""{"type":"tunnel_request","client_id":"{{request.Id}}","conn_port":443,"client_ip":"192.0.2.7:40000","hostname":"app.test","transport":"tcp","is_tls":true}""",
            request.Text);
        var credits = await peer.NextAsync();
        Assert.Equal((0x15, request.Id, 64L), (credits.Marker, credits.Id, credits.Credits));
        await peer.GrantAsync(request.Id, 64);
        await using var user = await LinkedMesh.TakenAsync(opening);
        using var sent = new MemoryStream();
        while (sent.Length < prelude.Length)
        {
            var data = await peer.NextAsync();
            Assert.Equal((0x11, request.Id), (data.Marker, data.Id));
            Assert.InRange(data.Data.Length, 1, 32_768);
            sent.Write(data.Data);
        }

        Assert.Equal(prelude, sent.ToArray());
    }

    /// <summary>A key that nobody serves and one whose links are full are different news.</summary>
    [Fact]
    public async Task Links_AllFull_IsSaid()
    {
        await using var mesh = await LinkedMesh.StartAsync(LinkedMesh.Option("MaxTunnelsPerLink", "1"));
        await using var peer = await ScriptedPeer.LinkAsync(mesh, "app.test");
        await using var user = (await mesh.ConnectAsync(peer, "app.test")).User;
        Assert.Equal(OpenRefusal.ResourceExhausted, (await mesh.OpenAsync(LinkedMesh.Open("app.test"))).Refusal);
        Assert.Equal(OpenRefusal.NotFound, (await mesh.OpenAsync(LinkedMesh.Open("other.test"))).Refusal);
    }

    [Fact]
    [Statement("node 118")]
    public async Task Origin_NeverHasMoreThan64Unreplenished_AndGrantsPer8Consumed()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var peer = await ScriptedPeer.LinkAsync(mesh, "app.test");
        var (user, id) = await mesh.ConnectAsync(peer, "app.test");
        await using var _ = user;
        var sending = user.SendAsync(new byte[8 * 1024 * 1024]);
        for (var i = 0; i < 64; i++) await peer.NextAsync(0x11);
        Assert.DoesNotContain(await peer.SettleAsync(), message => message.Marker == 0x11);
        await peer.GrantAsync(id, 8);
        for (var i = 0; i < 8; i++) await peer.NextAsync(0x11);
        Assert.DoesNotContain(await peer.SettleAsync(), message => message.Marker == 0x11);

        for (var i = 0; i < 16; i++) await peer.DataAsync(id, (byte)i);
        Assert.Equal(16, (await user.ReceiveAsync(16)).Length);
        var granted = 0L; // eights that wait for the line are one message
        for (long credits; granted < 16; granted += credits)
        {
            credits = (await peer.NextAsync(0x15)).Credits;
            Assert.Equal(0, credits % 8);
        }

        Assert.Equal(16, granted);
        user.Reset();
        await Assert.ThrowsAnyAsync<Exception>(() => sending);
    }

    [Theory]
    [Statement("node 119")]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public async Task Credits_OutOfRange_ActAs64_AndOfUnknownTunnelsAreIgnored(long credits)
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var peer = await ScriptedPeer.LinkAsync(mesh, "app.test");
        var opening = mesh.OpenAsync(LinkedMesh.Open("app.test"));
        var id = (await peer.NextRequestAsync()).Id;
        await peer.GrantAsync(Guid.NewGuid(), 64);
        await peer.GrantAsync(id, credits);
        await using var user = await LinkedMesh.TakenAsync(opening);
        var sending = user.SendAsync(new byte[8 * 1024 * 1024]);
        for (var i = 0; i < 64; i++) await peer.NextAsync(0x11);
        Assert.DoesNotContain(await peer.SettleAsync(), message => message.Marker == 0x11);
        user.Reset();
        await Assert.ThrowsAnyAsync<Exception>(() => sending);
    }

    [Fact]
    [Statement("node 120")]
    public async Task Peer_ThatNeverGrants_GetsAllTheSame()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var peer = await ScriptedPeer.LinkAsync(mesh, "app.test");
        var opening = mesh.OpenAsync(LinkedMesh.Open("app.test"));
        var id = (await peer.NextRequestAsync()).Id;
        await peer.DataAsync(id, 1); // accepted, and no grant ever
        await using var user = await LinkedMesh.TakenAsync(opening);
        var sending = user.SendAsync(new byte[8 * 1024 * 1024]);
        for (var count = 0; count < 8 * 1024 * 1024;) count += (await peer.NextAsync(0x11)).Data.Length;
        await sending;
    }

    [Fact]
    [Statement("node 121")]
    public async Task Pause_StopsReadingOfThatUserOnly_UntilItIsTakenBack()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var peer = await ScriptedPeer.LinkAsync(mesh, "app.test");
        var (first, a) = await mesh.ConnectAsync(peer, "app.test");
        var (second, b) = await mesh.ConnectAsync(peer, "app.test");
        await using var one = first;
        await using var two = second;
        await peer.PauseAsync(a);
        await peer.PauseAsync(Guid.NewGuid());
        await peer.SettleAsync();
        await first.SendAsync(new byte[] { 1 });
        await second.SendAsync(new byte[] { 2 });
        Assert.Equal(b, (await peer.NextAsync(0x11)).Id);
        await peer.GrantAsync(a, 8); // no end of a pause
        Assert.DoesNotContain(await peer.SettleAsync(), message => message.Marker == 0x11);
        await peer.ResumeAsync(a);
        Assert.Equal(a, (await peer.NextAsync(0x11)).Id);
    }

    [Fact]
    [Statement("node 122")]
    public async Task Close_EndsTheUser_BehindAllThatCameBefore_AndDuplicatesAreHarmless()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var peer = await ScriptedPeer.LinkAsync(mesh, "app.test");
        var (user, id) = await mesh.ConnectAsync(peer, "app.test");
        await using var _ = user;
        for (var i = 0; i < 60; i++) await peer.DataAsync(id, new byte[32_768]);
        await peer.CloseTunnelAsync(id);
        await peer.CloseTunnelAsync(id);
        await peer.CloseTunnelAsync(Guid.NewGuid());
        await peer.DataAsync(id, 9);
        var (count, _, end) = await user.DrainAsync();
        Assert.Equal((60L * 32_768, ChannelReadStatus.End), (count, end));
        Assert.Equal(TunnelEnd.Completed, await mesh.TunnelEndAsync());
        await peer.SettleAsync();
        Assert.Equal(0, mesh.Links.All.Single().TunnelCount);
    }

    [Fact]
    [Statement("node 122")]
    public async Task User_ThatResets_ClosesTheTunnelOnce()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var peer = await ScriptedPeer.LinkAsync(mesh, "app.test");
        var (user, id) = await mesh.ConnectAsync(peer, "app.test");
        user.Reset();
        Assert.Equal(id, (await peer.NextAsync(0x12)).Id);
        await peer.CloseTunnelAsync(id); // the original's echo
        Assert.DoesNotContain(await peer.SettleAsync(), message => message.Marker == 0x12);
    }

    [Fact]
    public async Task Original_ThatIsSilent_IsNotWaitedForLongerThanAllowed_AndTheNextOneGetsTheUser()
    {
        await using var mesh = await LinkedMesh.StartAsync(LinkedMesh.Option("OpenTimeout", "00:00:00.200"));
        await using var silent = await ScriptedPeer.LinkAsync(mesh, "app.test");
        await using var other = await ScriptedPeer.LinkAsync(mesh, "app.test");
        List<Task<LinkMessage>> asked = [silent.NextRequestAsync(), other.NextRequestAsync()];
        var opening = mesh.OpenAsync(LinkedMesh.Open("app.test"), [7]);
        var first = await Task.WhenAny(asked).BoundedAsync();
        var (refuser, taker) = first == asked[0] ? (silent, other) : (other, silent);
        var taken = await (first == asked[0] ? asked[1] : asked[0]).BoundedAsync();
        Assert.Equal((await first).Id, (await refuser.NextAsync(0x12)).Id); // it is told
        await taker.GrantAsync(taken.Id, 64);
        await using var user = await LinkedMesh.TakenAsync(opening);
        Assert.Equal([7], (await taker.NextAsync(0x11)).Data);
    }

    [Fact]
    public async Task SilentPeers_AreTogetherNotWaitedForLongerThanAllowed()
    {
        await using var mesh = await LinkedMesh.StartAsync(LinkedMesh.Option("OpenTimeout", "00:00:00.200"), LinkedMesh.Option("OpenLimit", "00:00:00.200"));
        await using var one = await ScriptedPeer.LinkAsync(mesh, "app.test");
        await using var two = await ScriptedPeer.LinkAsync(mesh, "app.test");

        var opened = await mesh.OpenAsync(LinkedMesh.Open("app.test")).BoundedAsync();

        Assert.Equal((null, OpenRefusal.Unavailable), (opened.Channel, opened.Refusal));
        LinkMessage[] said = [.. await one.SettleAsync(), .. await two.SettleAsync()];
        Assert.Single(said, message => message.Marker == 0x12); // one was asked, and is told that the user has gone
    }

    [Fact]
    public async Task Node_ThatDidNotTakeTheUser_IsAskedOnItsOtherLinksOnlyAfterOtherNodes()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var one = await ScriptedPeer.LinkNodeAsync(mesh, "one", "app.test");
        await using var again = await ScriptedPeer.LinkNodeAsync(mesh, "one", "app.test");
        await using var two = await ScriptedPeer.LinkNodeAsync(mesh, "two", "app.test");
        var key = RouteKey.ForHost("app.test");
        await LinkedMesh.EventuallyAsync(() => mesh.Links.All.Count(link => link.RouteCount == 1) == 3, "Not all have announced.");

        var links = mesh.Links.All.Where(link => link.Node?.Name == "one").ToList();
        for (var turn = 0; turn < 6; turn++) Assert.Equal("two", mesh.Table.Choose(key, [links[turn % 2]])?.Node?.Name);
        Assert.Contains(mesh.Table.Choose(key, [links[0], mesh.Links.All.Single(link => link.Node?.Name == "two")]), links);
    }

    [Fact]
    public async Task User_WhoLeavesDuringTheOpening_IsSaidToThePeer_AndLeavesNothing()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var peer = await ScriptedPeer.LinkAsync(mesh, "app.test");
        using var carrier = new GrpcCarrier(new GrpcCarrierOptions(), TimeProvider.System);
        using var leave = new CancellationTokenSource();
        var opening = carrier.OpenAsync(mesh.GrpcAddress, LinkedMesh.Open("app.test"), new byte[] { 1 }, leave.Token).AsTask();
        var id = (await peer.NextRequestAsync()).Id;
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.BoundedAsync());
        Assert.Equal(id, (await peer.NextAsync(0x12)).Id);
        await peer.GrantAsync(id, 64); // too late
        await peer.DataAsync(id, 1);
        await peer.SettleAsync();
        Assert.Equal(0, mesh.Links.All.Single().TunnelCount);
    }

    [Fact]
    public async Task Link_LostDuringTheOpening_RefusesTheUserAtOnce()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var peer = await ScriptedPeer.LinkAsync(mesh, "app.test");
        var opening = mesh.OpenAsync(LinkedMesh.Open("app.test"));
        await peer.NextRequestAsync();
        peer.Cut();
        Assert.False((await opening).IsAccepted);
        await LinkedMesh.EventuallyAsync(() => !mesh.Links.All.Any(), "The link is left.");
    }

    [Fact]
    public async Task User_WhoNeverReads_IsGivenUpAfterTheStallLimit_AlsoWhenThePeerHasClosed()
    {
        await using var mesh = await LinkedMesh.StartWithClockAsync();
        await using var peer = await ScriptedPeer.LinkAsync(mesh, "app.test");
        var (user, id) = await mesh.ConnectAsync(peer, "app.test");
        await using var _ = user;
        for (var i = 0; i < 64; i++) await peer.DataAsync(id, new byte[32_768]); // more than fits between here and the user
        await peer.CloseTunnelAsync(id);
        await peer.SettleAsync();
        var ended = mesh.TunnelEndAsync();
        for (var i = 0; i < 90 && !ended.IsCompleted; i++)
        {
            mesh.Time.Advance(TimeSpan.FromSeconds(1));
            await peer.SettleAsync();
        }

        Assert.Equal(TunnelEnd.Stalled, await ended.BoundedAsync());
    }
}
