using Nexus.Mesh.Directory;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Tests.Directory;

/// <summary>What names and hubs that are gone leave behind in the directory: nothing. Alone, because the heap is everybody's.</summary>
[Collection(nameof(LeftoverTests))]
[CollectionDefinition(nameof(LeftoverTests), DisableParallelization = true)]
public sealed class LeftoverTests
{
    private const int Rounds = 100;
    private const int WarmUps = 4;
    private const int NamesOfRound = 1_000;

    [Fact]
    [Statement("node 144")]
    public async Task HundredThousandNames_AnnouncedAndWithdrawn_LeaveNothingBehind()
    {
        using var mesh = new DirectoryUnderTest();
        using var watch = mesh.Watch();
        await using var changes = watch.ReadAllAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        using var steady = mesh.Announce("steady");
        Assert.True(await changes.MoveNextAsync().BoundedAsync());
        var revision = 1UL;
        for (var i = 0; i < WarmUps; i++) await RoundAsync($"warm{i}");
        var before = Heap.Alive();
        for (var i = 0; i < Rounds; i++) await RoundAsync($"round{i}");

        Assert.InRange(Heap.Alive() - before, long.MinValue, Rounds * NamesOfRound * 5);
        Assert.Equal(["steady@http://steady:5011"], mesh.Known());
        Assert.Equal(0, mesh.Metrics.Sum("nexus.mesh.routes"));

        // Names go in both ways: by a hub that stays, and with a hub that leaves.
        async Task RoundAsync(string zone)
        {
            RouteKey[] names = [.. Enumerable.Range(0, NamesOfRound).Select(i => DirectoryUnderTest.Host($"name{i}.{zone}.test"))];
            Assert.Equal(AnnounceResult.Applied, steady.Change(++revision, [.. names[..500].Select(name => new WeightedRoute(name, 1))], []));
            using (mesh.Announce(zone, [.. names[500..].Select(name => (name.Name, 1))]))
            {
                Assert.Equal(NamesOfRound, mesh.Directory.Table.RouteCount);
            }

            Assert.Equal(AnnounceResult.Applied, steady.Change(++revision, [], names[..500]));
            for (var change = 0; change < 4; change++) Assert.True(await changes.MoveNextAsync().BoundedAsync());
        }
    }
}
