using Microsoft.Extensions.DependencyInjection;
using Nexus.Mesh.Directory;
using Nexus.Mesh.Store;
using Nexus.Mesh.Tests.Directory;

namespace Nexus.Mesh.Tests.Store;

/// <summary>Several meshes of a region on one Redis.</summary>
public abstract class StoreTests(Servers servers, RedisKind kind) : IAsyncLifetime
{
    private const int Burst = 400;

    private StoreRegion? _region;

    private StoreRegion Region => _region ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => _region = new StoreRegion(await servers.GetAsync(kind));

    public async ValueTask DisposeAsync()
    {
        if (_region is not null) await _region.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Announcement_AtOneMesh_IsKnownAtTheOthersFromItsBeginningToItsEnd()
    {
        var (one, two) = (await Region.StartAsync(), await Region.StartAsync());
        using var hub = StoreRegion.Announce(one, "hub", 1, ("app.test", 2), ("old.test", 1));
        await StoreRegion.KnowsAsync(two, "hub/app.test=2", "hub/old.test=1");
        Assert.Equal(one.Directory.Table.Targets["hub"].Target, two.Directory.Table.Targets["hub"].Target);

        StoreRegion.Change(hub, "app.test", 3);
        StoreRegion.Change(hub, "new.test", 1);
        StoreRegion.Change(hub, "old.test", 0);
        hub.Change((hub.Revision ?? 0) + 1, [new(Protocol.Naming.RouteKey.ForUdpPort(53), new RouteTerms(1, 5_000))], []);
        await StoreRegion.KnowsAsync(two, "hub/app.test=3", "hub/new.test=1", "hub/udp:53=1 idle 5000");

        hub.Move(hub.Target with { DistanceMilliseconds = 12, Region = "far" });
        await Eventually.SucceedsAsync(() => Task.FromResult(two.Directory.Table.Targets["hub"].Target == hub.Target), () => "It has not moved.");
        var late = await Region.StartAsync();
        await StoreRegion.KnowsAsync(late, "hub/app.test=3", "hub/new.test=1", "hub/udp:53=1 idle 5000");
        Assert.Equal(12, late.Directory.Table.Targets["hub"].Target.DistanceMilliseconds);

        hub.Finish(AnnouncementEnd.Lost);
        await StoreRegion.KnowsAsync(two);
        await StoreRegion.KnowsAsync(late);
        Assert.All(new[] { one, two, late }, mesh => Assert.Equal(0, mesh.Metrics.Sum("nexus.mesh.store.malformed")));
    }

    /// <summary>A change that comes between the news of the one before it and its writing is in the table already, and must be written all the same.</summary>
    [Fact]
    public async Task Changes_FasterThanTheyAreWritten_AreAllKnown_WithoutReconciliation()
    {
        (string Key, string Value) never = ("Nexus:Mesh:Store:ReconcileInterval", "00:30:00");
        var (one, two) = (await Region.StartAsync(never), await Region.StartAsync(never));
        using var hub = StoreRegion.Announce(one, "hub", 1, ("app.test", 1));
        await StoreRegion.KnowsAsync(two, "hub/app.test=1");

        string[] names = [.. Enumerable.Range(0, Burst).Select(i => $"name{i:000}.test")];
        foreach (var name in names) StoreRegion.Change(hub, name, 1);
        foreach (var name in names.Where((_, i) => i % 2 == 0)) StoreRegion.Change(hub, name, 0);

        await StoreRegion.KnowsAsync(two, ["hub/app.test=1", .. names.Where((_, i) => i % 2 == 1).Select(name => $"hub/{name}=1")]);
    }

    [Fact]
    public async Task Hub_ThatAnnouncesElsewhere_IsNeverGone()
    {
        var (one, two) = (await Region.StartAsync(), await Region.StartAsync());
        using var first = StoreRegion.Announce(one, "hub", 1, ("app.test", 1));
        await StoreRegion.KnowsAsync(two, "hub/app.test=1");
        using var watch = one.Directory.TryWatch();

        using var second = StoreRegion.Announce(two, "hub", 2, ("app.test", 1), ("new.test", 1));
        await StoreRegion.KnowsAsync(one, "hub/app.test=1", "hub/new.test=1");

        Assert.Equal(AnnouncementEnd.Replaced, first.End);
        Assert.Null(second.End);
        one.Directory.Stop();
        Assert.NotNull(watch);
        await foreach (var change in watch.ReadAllAsync(TestContext.Current.CancellationToken)) Assert.False(change.IsRemoved);
    }

    [Fact]
    public async Task Mesh_ThatStops_LeavesItsHubsUntilTheyHaveMovedOrTheLeaseIsOver()
    {
        var (one, two) = (await Region.StartAsync(), await Region.StartAsync());
        using var moves = StoreRegion.Announce(one, "moves", 1, ("app.test", 1));
        using var dies = StoreRegion.Announce(one, "dies", 1, ("app.test", 1));
        await StoreRegion.KnowsAsync(two, "dies/app.test=1", "moves/app.test=1");
        using var watch = two.Directory.TryWatch();

        await one.App.StopAsync(TestContext.Current.CancellationToken).BoundedAsync();
        Assert.Equal(["dies/app.test=1", "moves/app.test=1"], StoreRegion.Routes(two));
        using var moved = StoreRegion.Announce(two, "moves", 2, ("app.test", 1));

        await StoreRegion.KnowsAsync(two, "moves/app.test=1");
        two.Directory.Stop();
        Assert.NotNull(watch);
        await foreach (var change in watch.ReadAllAsync(TestContext.Current.CancellationToken)) Assert.False(change.IsRemoved && change.TargetId == "moves");
    }

    [Fact]
    public async Task Regions_ThatShareARedis_KnowEachOthersMembersAndNotTheirRoutes()
    {
        var one = await Region.StartAsync(("Nexus:Mesh:Region", "one"));
        var two = await Region.StartAsync(("Nexus:Mesh:Region", "two"));
        var (ofOne, ofTwo) = (one.App.Services.GetRequiredService<Members>(), two.App.Services.GetRequiredService<Members>());
        using var hub = StoreRegion.Announce(one, "hub", 1, ("app.test", 1));
        await MembersAsync(ofTwo, all => all.Count == 2);
        Assert.Equal(ofOne.Self, ofTwo.All[ofOne.Self.NodeId]);
        Assert.Equal("one", ofTwo.All[ofOne.Self.NodeId].Region);

        ofOne.SetPeerAddress("wss://one.example.com:8444/mesh");
        await MembersAsync(ofTwo, all => all[ofOne.Self.NodeId].PeerAddress is not null);
        Assert.Equal(ofOne.Self, ofTwo.All[ofOne.Self.NodeId]);
        Assert.Empty(StoreRegion.Routes(two));

        await one.App.StopAsync(TestContext.Current.CancellationToken).BoundedAsync();
        await MembersAsync(ofTwo, all => all.Count == 1);
    }

    [Fact]
    public async Task FirstWatcher_OfANewMesh_SeesWhatRedisHas()
    {
        var one = await Region.StartAsync();
        using var hub = StoreRegion.Announce(one, "hub", 1, ("app.test", 1));
        await Eventually.SucceedsAsync(async () => await Region.Redis.SendAsync("EXISTS", $"{Region.Prefix}:{{default}}:announcement:hub:1") is 1L, () => "It is not in Redis.");

        var two = await Region.StartAsync();
        using var watch = new WatchCall(two);
        Assert.Equal("app.test", Assert.Single((await watch.NextAsync()).Snapshot.Routes).Key.Host);
    }

    [Fact]
    public async Task Redis_HasWhatOperationsMdSays()
    {
        var one = await Region.StartAsync();
        using var hub = StoreRegion.Announce(one, "hub", 7, ("app.test", 2));
        var key = $"{Region.Prefix}:{{default}}:announcement:hub:7";
        await Eventually.SucceedsAsync(async () => await Region.Redis.SendAsync("PTTL", $"{Region.Prefix}:{{default}}:announcements") is > 0L, () => "It is not in Redis.");

        Assert.Equal("2", await Region.Redis.SendAsync("HGET", key, "app.test"));
        var head = AnnouncementKeys.TryReadHead(await Region.Redis.SendAsync("HGET", key, ":target") as string);
        Assert.Equal((one.App.Services.GetRequiredService<Members>().Self.NodeId, "http://hub:5011", 1), (head?.Node, head?.Address, head?.Routes));
        Assert.InRange((long)(await Region.Redis.SendAsync("PTTL", key) ?? 0L), 1, (long)StoreRegion.Lease.TotalMilliseconds);
        Assert.Equal(["hub:7"], await Region.Redis.SendAsync("SMEMBERS", $"{Region.Prefix}:{{default}}:announcements") as object[] ?? []);
        Assert.InRange((long)(await Region.Redis.SendAsync("PTTL", $"{Region.Prefix}:{{default}}:announcements") ?? 0L), 1, long.MaxValue);
    }

    private static async Task MembersAsync(Members members, Func<System.Collections.Immutable.ImmutableDictionary<string, Member>, bool> condition)
    {
        for (var known = members.All; !condition(known);)
        {
            known = await members.WaitForChangeAsync(known, TestContext.Current.CancellationToken).BoundedAsync();
        }
    }
}
