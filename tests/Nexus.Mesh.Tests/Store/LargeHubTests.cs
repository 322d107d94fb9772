using System.Diagnostics;

namespace Nexus.Mesh.Tests.Store;

/// <summary>A hub with very many names: a change costs as much as it is large. Alone, because the heap is everybody's.</summary>
[Collection(nameof(LargeHubTests))]
[CollectionDefinition(nameof(LargeHubTests), DisableParallelization = true)]
public sealed class LargeHubTests(Servers servers)
{
    private const int Names = 100_000;

    [Theory]
    [InlineData(RedisKind.Garnet)]
    [InlineData(RedisKind.Redis)]
    public async Task Change_OfAHubWithHundredThousandNames_TakesTwoCommands(RedisKind kind)
    {
        await using var region = new StoreRegion(await servers.GetAsync(kind));
        // No renewals and looks while it is counted.
        (string, string)[] slow = [("Nexus:Mesh:Store:Lease", "00:10:00"), ("Nexus:Mesh:Store:RenewInterval", "00:03:00"), ("Nexus:Mesh:Store:ReconcileInterval", "00:10:00"), ("Nexus:Mesh:Store:CallTimeout", "00:00:10"), ("Nexus:Mesh:Directory:MaxRoutesPerTarget", "150000")];
        var (one, two) = (await region.StartAsync(slow), await region.StartAsync(slow));
        await StoreRegion.ConnectedAsync(one);
        await StoreRegion.ConnectedAsync(two);
        using var watch = two.Directory.TryWatch();
        Assert.NotNull(watch);
        await using var changes = watch.ReadAllAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        using var hub = StoreRegion.Announce(one, "hub", 1, [.. Enumerable.Range(0, Names).Select(i => ($"name{i}.customers.example.com", 1))]);

        // All at once: nobody sees a part of the first state.
        await CountAsync(Names);
        Assert.True(await changes.MoveNextAsync().BoundedAsync());
        Assert.Equal(Names, changes.Current.Upserts.Count);
        Assert.Equal(0, two.Metrics.Sum("nexus.mesh.store.dropped"));

        await ChangeAsync("warm-up.test");
        var commands = Commands();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < 20; i++) await ChangeAsync($"new{i}.test");
        var each = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / 20;

        Assert.Equal(20 * 2, Commands() - commands); // HSET and PUBLISH; a removal would be a third
        Assert.Equal(1, two.Metrics.Sum("nexus.mesh.store.reads"));
        Assert.InRange(each, 0, 500_000); // all of it would be tens of millions
        if (Environment.GetEnvironmentVariable("NEXUS_MEASURE") is not null) await TellAsync(region, each);

        async Task ChangeAsync(string name)
        {
            StoreRegion.Change(hub, name, 1);
            await CountAsync(one.Directory.Table.RouteCount);
            Assert.True(await changes.MoveNextAsync().BoundedAsync());
            Assert.Equal(name, Assert.Single(changes.Current.Upserts).Key.Name);
        }

        Task CountAsync(int routes) => Eventually.SucceedsAsync(
            () => Task.FromResult(two.Directory.Table.RouteCount == routes),
            () => $"It knows {two.Directory.Table.RouteCount} routes.\n{string.Join('\n', one.Logs.Records)}\n\n{string.Join('\n', two.Logs.Records)}");

        double Commands() => one.Metrics.Sum("nexus.mesh.store.commands") + two.Metrics.Sum("nexus.mesh.store.commands");
    }

    [Theory]
    [InlineData(RedisKind.Garnet)]
    [InlineData(RedisKind.Redis)]
    public async Task Change_OnItsWayFromTheHubToEveryEdge_CostsTheSameWithThousandAndWithHundredThousandNames(RedisKind kind)
    {
        const int New = 20;
        var few = await MeasureAsync(1_000);
        var many = await MeasureAsync(Names);

        foreach (var cost in new[] { few, many })
        {
            Assert.Equal(New * (2 + 3), cost.Commands); // HSET and PUBLISH, for a removal HDEL first
            Assert.InRange(cost.ToEdge, 1, 256);
            Assert.InRange(cost.ToPeer, 1, 256);
        }

        Assert.InRange(many.Allocated, 0, 2 * few.Allocated);
        TestContext.Current.TestOutputHelper?.WriteLine($"{few}\n{many}");

        async Task<ChangeCost> MeasureAsync(int names)
        {
            await using var path = await LargeHubPath.StartAsync(await servers.GetAsync(kind), names);
            return await path.MeasureAsync(New);
        }
    }

    [Fact]
    public async Task Names_HundredThousand_KeepLessThanTwoKilobytesEachInEveryMesh()
    {
        await using var region = new StoreRegion(await servers.GetAsync(RedisKind.Garnet));
        (string, string)[] patient = [("Nexus:Mesh:Store:CallTimeout", "00:00:10")];
        var (one, two) = (await region.StartAsync(patient), await region.StartAsync(patient));
        await StoreRegion.ConnectedAsync(one);
        await StoreRegion.ConnectedAsync(two);
        foreach (var mesh in new[] { one, two }) Assert.Empty(mesh.Directory.Local.Current.ByKey); // kept as well, where there are other regions
        var before = Heap.Alive();
        using var hub = StoreRegion.Announce(one, "hub", 1, [.. Enumerable.Range(0, Names).Select(i => ($"name{i}.customers.example.com", 1))]);
        await Eventually.SucceedsAsync(() => Task.FromResult(two.Directory.Table.RouteCount == Names), () => $"It knows {two.Directory.Table.RouteCount} routes.");

        var each = (Heap.Alive() - before) / Names / 2;
        TestContext.Current.TestOutputHelper?.WriteLine($"{each} bytes on the heap for a name and mesh");
        Assert.InRange(each, 0, 2_048);
    }

    /// <summary>What docs/operations.md says of sizes.</summary>
    private static async Task TellAsync(StoreRegion region, long allocatedForEach)
    {
        var key = $"{region.Prefix}:{{default}}:announcement:hub:1";
        var output = TestContext.Current.TestOutputHelper;
        output?.WriteLine($"{allocatedForEach} bytes allocated for each change, all meshes together");
        output?.WriteLine($"MEMORY USAGE {await region.Redis.SendAsync("MEMORY", "USAGE", key, "SAMPLES", "0")}");
        var began = Stopwatch.GetTimestamp();
        var three = await region.StartAsync(("Nexus:Mesh:Directory:MaxRoutesPerTarget", "150000"));
        await Eventually.SucceedsAsync(() => Task.FromResult(three.Directory.Table.RouteCount > Names), () => "Not read.");
        output?.WriteLine($"read whole by a new mesh within {Stopwatch.GetElapsedTime(began)}");
    }
}
