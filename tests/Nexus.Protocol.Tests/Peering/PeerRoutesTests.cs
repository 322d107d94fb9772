using Nexus.Protocol.Naming;
using Nexus.Protocol.Peering;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Peering;

public sealed class PeerRoutesTests
{
    [Fact]
    [Statement("node 112")]
    public void FullState_NotNewerThanTheLast_IsIgnored_AndANewLinkStartsFresh()
    {
        var routes = new PeerRoutes();
        Assert.Equal(PeerRoutesResult.Stale, routes.Apply(Full(0, "a.test")).Result);
        Assert.Equal(PeerRoutesResult.Applied, routes.Apply(Full(5, "a.test")).Result);
        Assert.Equal(PeerRoutesResult.Stale, routes.Apply(Full(5, "b.test")).Result);
        Assert.Equal(PeerRoutesResult.Stale, routes.Apply(Full(4, "b.test")).Result);
        Assert.Equal([Key("a.test")], routes.Keys);

        Assert.Equal(PeerRoutesResult.Applied, new PeerRoutes().Apply(Full(1, "b.test")).Result);
    }

    [Fact]
    [Statement("node 113")]
    public void FullState_NewerOne_WithdrawsWhatItDoesNotName()
    {
        var routes = new PeerRoutes();
        routes.Apply(Full(1, "a.test", "b.test", "c.test"));

        var change = routes.Apply(Full(3, "c.test", "d.test", "d.test"));

        Assert.Equal((PeerRoutesResult.Applied, 0), (change.Result, change.Skipped));
        Assert.Equal([Key("d.test")], change.Added);
        Assert.Equal([Key("a.test"), Key("b.test")], change.Removed.OrderBy(key => key.Name));
        Assert.Equal(2, routes.Count);

        Assert.Equal(2, routes.Apply(Full(4)).Removed.Count);
        Assert.Equal(0, routes.Count);
    }

    [Fact]
    public void Delta_OnTheVersionInForce_ChangesWhatItSays()
    {
        var routes = new PeerRoutes();
        routes.Apply(Full(1, "a.test", "b.test"));

        var change = routes.Apply(Delta(2, 1, ["c.test", "a.test", "c.test"], ["b.test", "x.test", "b.test"]));

        Assert.Equal([Key("c.test")], change.Added);
        Assert.Equal([Key("b.test")], change.Removed);
        Assert.Equal((2UL, 2), (routes.Version, routes.Count));
        Assert.True(routes.Contains(Key("a.test")) && routes.Contains(Key("c.test")));
    }

    [Fact]
    public void Delta_InBothLists_IsThereAfterwards()
    {
        var routes = new PeerRoutes();
        routes.Apply(Full(1, "a.test"));

        var change = routes.Apply(Delta(2, 1, ["a.test", "b.test"], ["a.test", "b.test"]));

        Assert.Equal([Key("b.test")], change.Added);
        Assert.Empty(change.Removed);
        Assert.Equal(2, routes.Count);
    }

    [Fact]
    public void Delta_OfAnotherState_IsAGapThatAFullStateMends()
    {
        var routes = new PeerRoutes();
        Assert.Equal(PeerRoutesResult.Gap, routes.Apply(Delta(1, 0, ["a.test"], [])).Result);
        routes.Apply(Full(3, "a.test"));
        Assert.Equal(PeerRoutesResult.Gap, routes.Apply(Delta(5, 4, ["b.test"], [])).Result);
        Assert.Equal(PeerRoutesResult.Gap, routes.Apply(Delta(5, 2, ["b.test"], [])).Result);
        Assert.Equal(PeerRoutesResult.Stale, routes.Apply(Delta(3, 2, ["b.test"], [])).Result);
        Assert.Equal((3UL, 1), (routes.Version, routes.Count));

        Assert.Equal(PeerRoutesResult.Applied, routes.Apply(Full(6, "b.test")).Result);
        Assert.Equal(PeerRoutesResult.Applied, routes.Apply(Delta(7, 6, ["c.test"], [])).Result);
        Assert.Equal(2, routes.Count);
    }

    [Fact]
    public void Link_HasNoMoreNamesThanItMay()
    {
        var routes = new PeerRoutes(maxNames: 3);
        Assert.Equal(2, routes.Apply(Full(1, "a.test", "b.test", "c.test", "c.test", "d.test", "e.test")).Skipped);
        Assert.Equal(1, routes.Apply(Delta(2, 1, ["d.test", "e.test", "b.test"], ["a.test"])).Skipped);
        Assert.Equal(3, routes.Count);

        // A full state may be other names altogether.
        var change = routes.Apply(Full(3, "x.test", "y.test", "z.test", "b.test"));
        Assert.Equal((3, 3, 1), (change.Added.Count, change.Removed.Count, change.Skipped));
        Assert.Equal(3, routes.Count);
    }

    /// <summary>Random histories against a set.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AnyHistory_ChangesAddUpToTheState(int seed)
    {
        var random = new Random(seed);
        var routes = new PeerRoutes();
        var (truth, followed) = (new HashSet<RouteKey>(), new HashSet<RouteKey>());
        for (ulong version = 1; version < 400; version++)
        {
            var before = truth.ToHashSet();
            for (var i = random.Next(20); i > 0; i--)
            {
                var name = Key($"n{random.Next(50)}.test");
                if (!truth.Remove(name)) truth.Add(name);
            }

            var isFull = version == 1 || random.Next(4) == 0;
            var change = routes.Apply(isFull
                ? new() { Version = version, Names = [.. truth] }
                : new() { Version = version, Base = version - 1, Names = [.. truth.Except(before)], Removed = [.. before.Except(truth)] });

            Assert.Equal(PeerRoutesResult.Applied, change.Result);
            Assert.All(change.Removed, name => Assert.True(followed.Remove(name)));
            Assert.All(change.Added, name => Assert.True(followed.Add(name)));
            Assert.True(followed.SetEquals(truth) && truth.SetEquals(routes.Keys));
        }
    }

    private static RouteKey Key(string name) => RouteKey.ForHost(name);

    private static PeerAnnouncement Full(ulong version, params string[] names) => new() { Version = version, Names = [.. names.Select(Key)] };

    private static PeerAnnouncement Delta(ulong version, ulong baseVersion, string[] added, string[] removed) =>
        new() { Version = version, Base = baseVersion, Names = [.. added.Select(Key)], Removed = [.. removed.Select(Key)] };
}
