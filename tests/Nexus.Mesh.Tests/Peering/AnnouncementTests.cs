using Nexus.Mesh.Tests.Peering.Fakes;

namespace Nexus.Mesh.Tests.Peering;

/// <summary>What links say about routes, in both directions (spec/node.md §5.4).</summary>
public sealed class AnnouncementTests
{
    [Fact]
    [Statement("node 110")]
    public async Task NewLink_AnnouncesFirst_AndEveryChangeIsAHigherVersionOnAllLinks()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var hub = await FakeHub.StartAsync();
        await using var first = await ScriptedPeer.LinkAsync(mesh);
        await using var second = await ScriptedPeer.LinkAsync(mesh);
        foreach (var peer in new[] { first, second })
        {
            var opening = await peer.NextAsync();
            Assert.Equal("announce", opening.Type);
            Assert.True(opening.Version >= 1);
            Assert.False(opening.Json.TryGetProperty("hostnames", out _)); // nothing is served yet
            Assert.Equal(Guid.Empty, opening.Id);
        }

        var joined = await mesh.AnnounceAsync(hub, "app.test");
        var (a, b) = (await first.NextAnnouncementAsync(), await second.NextAnnouncementAsync());
        Assert.Equal(["app.test"], a.Names);
        Assert.Equal(["app.test"], b.Names);
        await joined.ChangeAsync(["more.test"], []);
        var more = await first.NextAnnouncementAsync();
        Assert.Equal(["app.test", "more.test"], more.Names);
        Assert.True(more.Version > a.Version);

        joined.Dispose();
        Assert.Empty((await first.NextAnnouncementAsync()).Names);
        Assert.Equal(["app.test", "more.test"], (await second.NextAnnouncementAsync()).Names);
        Assert.Empty((await second.NextAnnouncementAsync()).Names);
    }

    [Fact]
    [Statement("node 111")]
    public async Task Announcement_HasLocalRoutesOnly_InTheOriginalsWords()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var hub = await FakeHub.StartAsync();
        await using var far = await ScriptedPeer.LinkAsync(mesh, "far.test", "tcp:99");
        await mesh.ServedAsync("far.test");
        await mesh.AnnounceAsync(hub, "app.test", "*.wild.test", "tcp:53", "udp:53");
        await using var peer = await ScriptedPeer.LinkAsync(mesh);
        Assert.Equal(["*.wild.test", "app.test", "tcp:53", "udp:53"], (await peer.NextAnnouncementAsync()).Names);
    }

    [Fact]
    [Statement("node 112")]
    public async Task Announcement_NotNewerThanTheLastOfItsLink_IsIgnored()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var peer = await ScriptedPeer.LinkAsync(mesh);
        await peer.AnnounceAsync(5, "five.test");
        await mesh.ServedAsync("five.test");
        foreach (var version in new ulong[] { 0, 4, 5 }) await peer.AnnounceAsync(version, "other.test");
        await peer.SettleAsync();
        await mesh.ServedAsync("five.test");
        await mesh.ServedAsync("other.test", isServed: false);

        await using var anew = await ScriptedPeer.LinkAsync(mesh, "anew.test"); // version 1
        await mesh.ServedAsync("anew.test");
    }

    [Fact]
    [Statement("node 113")]
    public async Task Name_MissingFromANewerAnnouncement_IsWithdrawn()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var peer = await ScriptedPeer.LinkAsync(mesh, "a.test", "b.test");
        await mesh.ServedAsync("a.test");
        await peer.AnnounceAsync(2, "b.test");
        await mesh.ServedAsync("a.test", isServed: false);
        await mesh.ServedAsync("b.test");
        Assert.Equal(1, mesh.Directory.RoutesOfPeers());
    }

    [Fact]
    [Statement("node 114")]
    public async Task Messages_UnknownOrTooShort_AreIgnored_AndTheLinkLives()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var peer = await ScriptedPeer.LinkAsync(mesh);
        Assert.True((await peer.NextAsync()).IsText);
        foreach (var text in new[] { "", "{", "[]", "null", "7", "{\"type\":\"else\"}", "{\"type\":5}", "{\"type\":\"announce\",\"version\":-1}", "{\"type\":\"announce\",\"version\":9,\"hostnames\":7}" })
            await peer.SendTextAsync(text);
        foreach (var message in new byte[][] { [], [0x11], [0x12, 1, 2], [0x00, .. new byte[16]], [0x17, .. new byte[16]], [0xFF, .. new byte[40]], [0x15, .. new byte[20]], [(byte)'{', (byte)'}'] })
            await peer.SendBinaryAsync(message);
        Assert.Empty(await peer.SettleAsync());
        await peer.AnnounceAsync(2, "later.test");
        await mesh.ServedAsync("later.test");
    }

    [Fact]
    public async Task Peer_ThatChangesItsNodeOrRegion_StaysWhoItSaidFirst()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var peer = await ScriptedPeer.LinkExtendedAsync(mesh, "a.test");
        await mesh.ServedAsync("a.test");
        await peer.AnnounceAsync(2, ",\"nexus\":{\"v\":1,\"node\":\"else\",\"region\":\"elsewhere\"}", ["a.test", "b.test"]);
        await mesh.ServedAsync("b.test");
        var link = Assert.Single(mesh.Links.All);
        Assert.Equal(("scripted", "far"), (link.Node?.Name, link.Region));
        Assert.Equal(["far"], mesh.Directory.PeerRegions());
        await peer.AnnounceAsync(3, "", []);
        await mesh.ServedAsync("b.test", isServed: false);
    }

    [Theory]
    [InlineData("fa\\nr")]
    [InlineData("f\\u0000r")]
    [InlineData("f r")]
    [InlineData("f\\u202er")]
    public async Task Region_WithCharactersThatAreNotVisible_IsNotRead(string region)
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var peer = await ScriptedPeer.LinkAsync(mesh);
        using var certificate = mesh.Pki.Issue("strange.mesh.test");
        await using var strange = await ScriptedPeer.DialAsync(mesh, certificate);
        await strange.AnnounceAsync(1, $",\"nexus\":{{\"v\":1,\"node\":\"n\",\"region\":\"{region}\"}}", ["strange.test"]);
        await mesh.ServedAsync("strange.test"); // as a node of the original
        Assert.All(mesh.Links.All, link => Assert.Null(link.Node));
        Assert.Equal(["(unnamed)"], mesh.Directory.PeerRegions());
    }

    [Fact]
    public async Task Delta_OfAnotherVersion_EndsTheLink()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var peer = await ScriptedPeer.LinkExtendedAsync(mesh, "a.test");
        await peer.SendTextAsync("""{"type":"announce_delta","version":4,"base":3,"added":["b.test"]}""");
        Assert.Equal(1008, (await peer.EndAsync()).CloseCode);
        await mesh.ServedAsync("a.test", isServed: false);
    }

    [Fact]
    public async Task OfPeersThatKnowUs_ChangesOnlyAreSent()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var hub = await FakeHub.StartAsync();
        var routes = await mesh.AnnounceAsync(hub, "a.test", "b.test");
        await using var peer = await ScriptedPeer.LinkExtendedAsync(mesh);
        var full = await peer.NextAnnouncementAsync();
        Assert.Equal("near", full.Json.GetProperty("nexus").GetProperty("region").GetString());
        await routes.ChangeAsync(["c.test"], ["a.test"]);
        var delta = await peer.NextAnnouncementAsync();
        Assert.Equal("announce_delta", delta.Type);
        Assert.Equal(full.Version, delta.Json.GetProperty("base").GetUInt64());
        Assert.Equal("c.test", delta.Json.GetProperty("added")[0].GetString());
        Assert.Equal("a.test", delta.Json.GetProperty("removed")[0].GetString());
    }

    [Fact]
    [Statement("node 128")]
    public async Task LinksThatAnnounceTheSameName_TakeTurns()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await using var first = await ScriptedPeer.LinkAsync(mesh, "app.test");
        await using var second = await ScriptedPeer.LinkAsync(mesh, "app.test");
        Assert.True(Protocol.Peering.PeerName.TryParse("app.test", out var key));
        await LinkedMesh.EventuallyAsync(() => mesh.Links.All.All(link => mesh.Table.Choose(key, [link]) is not null), "Not announced by both.");
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < 100; i++)
        {
            var name = mesh.Table.Choose(key, [])?.Name ?? "";
            counts[name] = counts.GetValueOrDefault(name) + 1;
        }

        Assert.Equal(2, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 45, 55));
    }

    [Fact]
    public async Task Region_WithMoreKeysThanMayBe_IsServedAsFarAsThereIsRoom()
    {
        await using var mesh = await LinkedMesh.StartAsync(("Nexus:Mesh:Directory:MaxRoutesPerTarget", "100"));
        await using var peer = await ScriptedPeer.LinkAsync(mesh, [.. Enumerable.Range(0, 150).Select(i => $"h{i}.test")]);
        await mesh.ServedAsync("h0.test");
        Assert.InRange(mesh.Directory.RoutesOfPeers(), 50, 100);
        await peer.AnnounceAsync(2, "h1.test");
        await mesh.ServedAsync("h0.test", isServed: false);
        Assert.InRange(mesh.Directory.RoutesOfPeers(), 0, 1);
        await peer.AnnounceAsync(3, "h1.test", "h2.test");
        await LinkedMesh.EventuallyAsync(() => mesh.Directory.RoutesOfPeers() >= 1, "Nothing more is taken.");
    }
}
