using Nexus.Mesh.Directory;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Tests.Directory;

/// <summary>What this region serves itself: told to other regions, and where their tunnels end.</summary>
public sealed class LocalRoutesTests : IDisposable
{
    private readonly DirectoryUnderTest _mesh = new();

    [Fact]
    public void Find_KeyOfSeveralHubs_GivesThemWithWeights()
    {
        using var first = _mesh.Announce("a", ("app.test", 2));
        var index = _mesh.Directory.Local;
        using var second = _mesh.Announce("b", 1, RouteSource.Store, ("app.test", 5));
        using var entrance = _mesh.Directory.Announce(DirectoryUnderTest.Target("far") with { DistanceMilliseconds = 30 }, 1, RouteSource.Peer);
        entrance.Replace(1, DirectoryUnderTest.Routes(("app.test", 9), ("far.test", 1)));

        Assert.Equal([("a", 2), ("b", 5)], index.Current.Find(DirectoryUnderTest.Host("app.test")).Select(route => (route.Target.Id, route.Terms.Weight)));
        Assert.Empty(index.Current.Find(DirectoryUnderTest.Host("far.test")));

        first.Dispose();
        Assert.Equal("b", Assert.Single(index.Current.Find(DirectoryUnderTest.Host("app.test"))).Target.Id);
    }

    [Fact]
    public void Find_NameNobodyServesExactly_FallsToTheWildcard()
    {
        using var hub = _mesh.Announce("a", ("app.zone.test", 1));
        hub.Change(2, [new(RouteKey.ForWildcard(".zone.test"), 3), new(RouteKey.ForTcpPort(53), 1)], []);
        var routes = _mesh.Directory.Local.Current;

        Assert.Equal(1, Assert.Single(routes.Find(DirectoryUnderTest.Host("app.zone.test"))).Terms.Weight);
        Assert.Equal(3, Assert.Single(routes.Find(DirectoryUnderTest.Host("other.zone.test"))).Terms.Weight);
        Assert.Empty(routes.Find(DirectoryUnderTest.Host("deep.other.zone.test")));
        Assert.Single(routes.Find(RouteKey.ForTcpPort(53)));
        Assert.Empty(routes.Find(RouteKey.ForUdpPort(53)));
    }

    [Fact]
    public async Task Watch_KeysComeAndGo_TellsOnlyWhatIsDifferent()
    {
        using var hub = _mesh.Announce("a", ("stays.test", 1), ("goes.test", 1));
        using var watch = _mesh.Directory.Local.Watch();
        Assert.Equal(2, watch.Snapshot.ByKey.Count);

        hub.Change(2, [new(DirectoryUnderTest.Host("new.test"), 1), new(DirectoryUnderTest.Host("passing.test"), 1), new(DirectoryUnderTest.Host("stays.test"), 4)], [DirectoryUnderTest.Host("goes.test")]);
        hub.Change(3, [], [DirectoryUnderTest.Host("passing.test")]);
        using var other = _mesh.Announce("b", ("stays.test", 1), ("new.test", 1));
        await watch.WaitAsync(TestContext.Current.CancellationToken).BoundedAsync();
        var changes = watch.TakeChanges();

        Assert.Equal("new.test", Assert.Single(changes.Added).Name);
        Assert.Equal("goes.test", Assert.Single(changes.Removed).Name);
        Assert.True(watch.TakeChanges().IsEmpty);
        hub.Dispose();
        Assert.True(watch.TakeChanges().IsEmpty); // the other hub serves both
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Watch_RandomHistory_AddsUpToWhatTheTableSays(int seed)
    {
        var random = new Random(seed);
        using var watch = _mesh.Directory.Local.Watch();
        var known = new HashSet<RouteKey>();
        var live = new Dictionary<string, RouteAnnouncement>();
        for (var step = 0; step < 500; step++)
        {
            Step(random, live, (ulong)step);
            if (random.Next(5) == 0) Apply(watch.TakeChanges(), known);
        }

        Apply(watch.TakeChanges(), known);
        var expected = _mesh.Directory.Table.Targets.Values.Where(target => target.Target.IsLocal)
            .SelectMany(target => target.Routes.Select(route => (route.Key, new LocalRoute(target.Target, route.Value)))).ToLookup(route => route.Key, route => route.Item2);
        Assert.Equal(expected.Select(route => route.Key.ToString()).Order(), known.Select(key => key.ToString()).Order());
        Assert.All(expected, routes => Assert.Equal(routes.ToHashSet(), _mesh.Directory.Local.Current.Find(routes.Key).ToHashSet()));
        Assert.Equal(expected.Count, _mesh.Directory.Local.Current.ByKey.Count);
        foreach (var announcement in live.Values) announcement.Dispose();
        Assert.Empty(_mesh.Directory.Local.Current.ByKey);
    }

    public void Dispose() => _mesh.Dispose();

    private static void Apply(LocalKeysChange change, HashSet<RouteKey> known)
    {
        Assert.All(change.Added, key => Assert.True(known.Add(key)));
        Assert.All(change.Removed, key => Assert.True(known.Remove(key)));
    }

    private void Step(Random random, Dictionary<string, RouteAnnouncement> live, ulong step)
    {
        var id = $"hub{random.Next(4)}";
        switch (live.GetValueOrDefault(id), random.Next(8))
        {
            case (null, _) or (_, 0):
                live[id] = _mesh.Announce(id, step, random.Next(2) == 0 ? RouteSource.Hub : RouteSource.Store, [.. Enumerable.Range(0, random.Next(6)).Select(_ => RandomHost()).Distinct().Select(host => (host, 1))]);
                break;
            case (not null, 1):
                live.Remove(id, out var gone);
                gone?.Dispose();
                break;
            case ({ } present, 2):
                present.Move(present.Target with { DistanceMilliseconds = random.Next(2) * 10 });
                break;
            case ({ } present, _):
                present.Change((present.Revision ?? 0) + 1, [new(DirectoryUnderTest.Host(RandomHost()), random.Next(1, 3))], [DirectoryUnderTest.Host(RandomHost())]);
                break;
        }

        string RandomHost() => $"app{random.Next(9)}.test";
    }
}
