using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Nexus.Mesh.Directory;
using Nexus.Mesh.Store;
using Nexus.Mesh.Tests.Directory;

namespace Nexus.Mesh.Tests.Store;

/// <summary>Redis does what it should not; each test has one of its own.</summary>
public abstract class StoreFailureTests(RedisKind kind) : IAsyncLifetime
{
    private RedisUnderTest? _redis;
    private StoreRegion? _region;

    protected RedisUnderTest Redis => _redis ?? throw new InvalidOperationException("Not started.");

    internal StoreRegion Region => _region ?? throw new InvalidOperationException("Not started.");

    protected string KeyOfHub => $"{Region.Prefix}:{{default}}:announcement:hub:1";

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisUnderTest.StartAsync(kind);
        _region = new StoreRegion(_redis);
    }

    public async ValueTask DisposeAsync()
    {
        if (_region is not null) await _region.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Redis_KilledAndStartedEmpty_NobodyForgetsWhoIsThere()
    {
        var (one, two) = (await Region.StartAsync(), await Region.StartAsync());
        using var stays = StoreRegion.Announce(one, "hub", 1, ("app.test", 1));
        using var leaves = StoreRegion.Announce(one, "leaves", 1, ("gone.test", 1));
        await StoreRegion.KnowsAsync(two, "hub/app.test=1", "leaves/gone.test=1");
        using var watch = two.Directory.TryWatch();
        Assert.NotNull(watch);

        await Redis.KillAsync();
        await StoreRegion.FailsAsync(two, StoreFailure.Unreachable);
        await AssertHealthAsync(two, HealthStatus.Degraded);
        StoreRegion.Change(stays, "meanwhile.test", 1);
        leaves.Finish(AnnouncementEnd.Lost);
        using var own = StoreRegion.Announce(two, "own", 1, ("own.test", 1));
        Assert.Equal(["hub/app.test=1", "leaves/gone.test=1", "own/own.test=1"], StoreRegion.Routes(two));

        await Redis.StartAsync();
        await StoreRegion.KnowsAsync(two, "hub/app.test=1", "hub/meanwhile.test=1", "own/own.test=1");
        await StoreRegion.KnowsAsync(one, "hub/app.test=1", "hub/meanwhile.test=1", "own/own.test=1");
        await StoreRegion.ConnectedAsync(two);
        await AssertHealthAsync(two, HealthStatus.Healthy);

        two.Directory.Stop();
        await foreach (var change in watch.ReadAllAsync(TestContext.Current.CancellationToken)) Assert.False(change.IsRemoved && change.TargetId == "hub");
        Assert.Equal(["Warning", "Information"], ToldBy(two).TakeLast(2));
    }

    [Fact]
    public async Task Redis_ThatRefusesConnections_IsFoundWhenItIsBack_HoweverLongConnectingMayTake()
    {
        var mesh = await Region.StartAsync(("Nexus:Mesh:Store:ConnectTimeout", "00:01:00"));
        await StoreRegion.ConnectedAsync(mesh);
        await Redis.KillAsync();
        await mesh.Metrics.WaitForAtLeastAsync("nexus.mesh.store.failures", 3, ("error.type", "unreachable")); // it was lost, and refused two connections

        await Redis.StartAsync();
        await StoreRegion.ConnectedAsync(mesh);
    }

    [Fact]
    public async Task Announcement_RenewedSinceItWasLookedAt_IsNotDropped()
    {
        (string Key, string Value) lease = ("Nexus:Mesh:Store:Lease", "00:00:04");
        var one = await Region.StartAsync(lease, ("Nexus:Mesh:Store:RenewInterval", "00:00:00.1"));
        var two = await Region.StartAsync(lease, ("Nexus:Mesh:Store:RenewInterval", "00:00:02"), ("Nexus:Mesh:Store:ReconcileInterval", "00:00:02"));
        using var hub = StoreRegion.Announce(one, "hub", 1, ("app.test", 1));
        await StoreRegion.KnowsAsync(two, "hub/app.test=1");
        using var watch = two.Directory.TryWatch();
        Assert.NotNull(watch);

        var before = two.Metrics.Sum("nexus.mesh.store.commands");
        await Eventually.SucceedsAsync(
            async () =>
            {
                await Redis.SendAsync("PEXPIRE", KeyOfHub, "1000"); // what a look finds that comes just before the renewal
                return two.Metrics.Sum("nexus.mesh.store.commands") - before > 30; // three looks or so
            },
            () => "It did not look.");

        two.Directory.Stop();
        await foreach (var change in watch.ReadAllAsync(TestContext.Current.CancellationToken)) Assert.False(change.IsRemoved);
    }

    [Fact]
    public async Task Redis_ThatDoesNotAnswer_BlocksNobody()
    {
        var (one, two) = (await Region.StartAsync(), await Region.StartAsync());
        using var hub = StoreRegion.Announce(one, "hub", 1, ("app.test", 1));
        await StoreRegion.KnowsAsync(two, "hub/app.test=1");

        await Redis.SuspendAsync();
        StoreRegion.Change(hub, "b.test", 1);
        using var other = StoreRegion.Announce(one, "other", 1, ("c.test", 1));
        Assert.Equal(["hub/app.test=1", "hub/b.test=1", "other/c.test=1"], StoreRegion.Routes(one));
        await StoreRegion.FailsAsync(one, StoreFailure.Slow, StoreFailure.Unreachable);
        await StoreRegion.FailsAsync(two, StoreFailure.Slow, StoreFailure.Unreachable);
        await AssertHealthAsync(one, HealthStatus.Degraded);
        using var late = new WatchCall(one);
        Assert.Equal(3, (await late.NextAsync()).Snapshot.Routes.Count);
        Assert.Equal(["hub/app.test=1"], StoreRegion.Routes(two));

        Redis.Resume();
        await StoreRegion.KnowsAsync(two, "hub/app.test=1", "hub/b.test=1", "other/c.test=1");
    }

    [Fact]
    public async Task Redis_AwayAtTheStart_HoldsNobodyBack()
    {
        await Redis.KillAsync();
        var one = await Region.StartAsync();
        using var hub = StoreRegion.Announce(one, "hub", 1, ("app.test", 1));
        using var watch = new WatchCall(one);
        Assert.Single((await watch.NextAsync()).Snapshot.Routes);
        await AssertHealthAsync(one, HealthStatus.Degraded);

        await Redis.StartAsync();
        var two = await Region.StartAsync();
        await StoreRegion.KnowsAsync(two, "hub/app.test=1");
    }

    [Fact]
    public async Task Entries_ThatSomebodyChangedOrDeleted_AreMadeWholeAgain()
    {
        var (one, two) = (await Region.StartAsync(), await Region.StartAsync());
        using var hub = StoreRegion.Announce(one, "hub", 1, ("app.test", 1), ("b.test", 2));
        await StoreRegion.KnowsAsync(two, "hub/app.test=1", "hub/b.test=2");

        await Redis.SendAsync("HSET", KeyOfHub, "app.test", "9", "evil.test", "1", "not a key:", "x");
        await FieldsAsync("app.test=1", "b.test=2");
        await Redis.SendAsync("HDEL", KeyOfHub, ":target");
        await FieldsAsync("app.test=1", "b.test=2");
        await Redis.SendAsync("HDEL", KeyOfHub, "b.test");
        await FieldsAsync("app.test=1", "b.test=2");
        await Redis.SendAsync("DEL", KeyOfHub);
        await FieldsAsync("app.test=1", "b.test=2");
        await Redis.SendAsync("SET", KeyOfHub, "text");
        await FieldsAsync("app.test=1", "b.test=2");
        await Redis.SendAsync("DEL", $"{Region.Prefix}:{{default}}:announcements");
        await Redis.SendAsync("SET", $"{Region.Prefix}:{{default}}:announcements", "text");
        var three = await Region.StartAsync();
        await StoreRegion.KnowsAsync(three, "hub/app.test=1", "hub/b.test=2");
        await Redis.SendAsync("FLUSHALL");
        await FieldsAsync("app.test=1", "b.test=2");
        Assert.Equal(["hub/app.test=1", "hub/b.test=2"], StoreRegion.Routes(two));
        Assert.Equal(["hub/app.test=1", "hub/b.test=2"], StoreRegion.Routes(three));
    }

    [Fact]
    public async Task Messages_ThatAreLostOrWrong_AreMadeUpFor()
    {
        var (one, two) = (await Region.StartAsync(), await Region.StartAsync());
        using var hub = StoreRegion.Announce(one, "hub", 1, ("app.test", 1));
        await StoreRegion.KnowsAsync(two, "hub/app.test=1");

        // As if a message that removes everything had come, and another been lost: the next look finds the difference.
        var head = AnnouncementKeys.TryReadHead(await Redis.SendAsync("HGET", KeyOfHub, ":target") as string);
        Assert.NotNull(head);
        var lie = new StoredChange { Kind = StoredChangeKind.Delta, Target = "hub", Call = 1, Head = head with { Revision = head.Revision + 1 }, Removed = ["app.test"] };
        await Redis.SendAsync("PUBLISH", $"{Region.Prefix}:{{default}}:changes", AnnouncementKeys.Write(lie));
        foreach (var hostile in new[] { "", "{", "null", "[]", "{\"kind\":7}", "{\"kind\":\"delta\",\"head\":{\"node\":\"x\"}}", "{\"kind\":\"whole\",\"target\":\"nobody\",\"head\":{\"node\":\"x\"}}", new string('x', 2_000_000) })
        {
            await Redis.SendAsync("PUBLISH", $"{Region.Prefix}:{{default}}:changes", hostile);
            await Redis.SendAsync("PUBLISH", $"{Region.Prefix}:{{members}}:changes", hostile);
        }

        await two.Metrics.WaitForAtLeastAsync("nexus.mesh.store.malformed", 6);
        await StoreRegion.KnowsAsync(two, "hub/app.test=1");
        StoreRegion.Change(hub, "b.test", 1);
        await StoreRegion.KnowsAsync(two, "hub/app.test=1", "hub/b.test=1");
        await StoreRegion.ConnectedAsync(two);
    }

    [Fact]
    public async Task EntriesOfStrangers_AreNotTakenAndNotKept()
    {
        var (index, key) = ($"{Region.Prefix}:{{default}}:announcements", $"{Region.Prefix}:{{default}}:announcement:");
        await Redis.SendAsync("SADD", index, "nobody:1", "no number", "bad:2", "newer:3", "gone:4", $"{new string('x', 300)}:5");
        await Redis.SendAsync("HSET", $"{key}bad:2", ":target", "{\"v\":1,\"node\":\"x\",\"address\":\"no address\"}", "app.test", "1");
        await Redis.SendAsync("HSET", $"{key}newer:3", ":target", "{\"v\":2,\"node\":\"x\",\"address\":\"http://h\"}", "app.test", "1");
        await Redis.SendAsync("HSET", $"{key}gone:4", ":target", "{\"v\":1,\"node\":\"x\",\"address\":\"http://h\"}", "ok.test", "1", "bad weight.test", "0", "ok2.test", "-1");
        await Redis.SendAsync("PEXPIRE", $"{key}gone:4", "1500");
        var one = await Region.StartAsync();

        await StoreRegion.KnowsAsync(one, "gone/ok.test=1");
        await StoreRegion.KnowsAsync(one);
        await Eventually.SucceedsAsync(
            async () => await Redis.SendAsync("SISMEMBER", index, "gone:4") is 0L && await Redis.SendAsync("SISMEMBER", index, "nobody:1") is 0L,
            () => "They are still in the index.");
        await StoreRegion.ConnectedAsync(one);
    }

    internal static async Task AssertHealthAsync(MeshUnderTest mesh, HealthStatus expected)
    {
        var report = await mesh.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken).BoundedAsync();
        Assert.Equal(expected, report.Entries["store"].Status);
    }

    /// <summary>The levels of what the store said of Redis.</summary>
    internal static IEnumerable<string> ToldBy(MeshUnderTest mesh) =>
        mesh.Logs.Of(nameof(StoreStatus)).Where(log => log.Level >= LogLevel.Information).Select(log => log.Level.ToString());

    private Task<TimeSpan> FieldsAsync(params string[] expected)
    {
        string[] found = [];
        return Eventually.SucceedsAsync(
            async () =>
            {
                if (await Redis.SendAsync("TYPE", KeyOfHub) is not "hash" || await Redis.SendAsync("HGETALL", KeyOfHub) is not object?[] fields) return false;
                found = [.. fields.Chunk(2).Where(pair => pair[0] is not ":target").Select(pair => $"{pair[0]}={pair[1]}").Order(StringComparer.Ordinal)];
                return found.SequenceEqual(expected) && fields.Contains(":target");
            },
            () => $"Redis has {string.Join(", ", found)}");
    }
}
