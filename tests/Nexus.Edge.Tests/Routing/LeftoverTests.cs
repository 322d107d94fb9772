using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Contracts.Routing.V1;
using Nexus.Edge.Routing;
using Nexus.Edge.Tests.Fakes;

namespace Nexus.Edge.Tests.Routing;

/// <summary>What names and hubs that are gone leave behind in an edge's table: nothing. Alone, because the heap is everybody's.</summary>
[Collection(nameof(LeftoverTests))]
[CollectionDefinition(nameof(LeftoverTests), DisableParallelization = true)]
public sealed class LeftoverTests
{
    private const int Rounds = 100;
    private const int WarmUps = 4;
    private const int NamesOfRound = 1_000;
    private const string Steady = "steady";

    private readonly LiveRoutes _routes = new();
    private readonly DirectoryWatch _watch;
    private ulong _revision = 1;

    public LeftoverTests()
    {
        _watch = new DirectoryWatch(_routes, NullLogger.Instance);
        Assert.Null(_watch.Apply(new WatchResponse { Revision = _revision, Snapshot = new WatchSnapshot { Targets = { TargetOf(Steady) } } }));
    }

    [Fact]
    [Statement("node 144")]
    public void HundredThousandNames_ThatComeAndGo_LeaveNothingBehind()
    {
        for (var i = 0; i < WarmUps; i++) Round($"warm{i}");
        var before = Heap.Alive();
        for (var i = 0; i < Rounds; i++) Round($"round{i}");

        Assert.InRange(Heap.Alive() - before, long.MinValue, Rounds * NamesOfRound * 5);
        Assert.Equal((0, 1), (_routes.Table.RouteCount, _routes.Table.TargetCount));
    }

    /// <summary>Names go in both ways: by a hub that stays, and with a hub that leaves.</summary>
    private void Round(string zone)
    {
        RouteKey[] names = [.. Enumerable.Range(0, NamesOfRound).Select(i => WatchCall.KeyOf($"name{i}.{zone}.test"))];
        Apply(delta =>
        {
            delta.TargetUpserts.Add(TargetOf(zone));
            delta.RouteUpserts.AddRange(names.Select((name, i) => new TargetRoute { TargetId = i < 500 ? Steady : zone, Key = name, Weight = 1 }));
        });
        Assert.Equal((NamesOfRound, 2), (_routes.Table.RouteCount, _routes.Table.TargetCount));
        Assert.Equal(zone, _routes.Table.FindHost($"name999.{zone}.test")?.Next()?.Id);
        Apply(delta =>
        {
            delta.RouteRemovals.AddRange(names[..500].Select(name => new TargetRouteKey { TargetId = Steady, Key = name }));
            delta.TargetRemovals.Add(zone);
        });
    }

    private void Apply(Action<WatchDelta> change)
    {
        var delta = new WatchDelta();
        change(delta);
        Assert.Null(_watch.Apply(new WatchResponse { Revision = ++_revision, Delta = delta }));
    }

    private static Contracts.Routing.V1.Target TargetOf(string id) => new() { Id = id, StreamAddress = $"http://{id}" };
}
