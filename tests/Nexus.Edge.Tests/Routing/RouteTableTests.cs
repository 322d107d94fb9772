using Nexus.Edge.Routing;
using Nexus.Protocol.Naming;

namespace Nexus.Edge.Tests.Routing;

public sealed class RouteTableTests
{
    private static readonly RouteKey s_exact = RouteKey.ForHost("app.example.test");
    private static readonly RouteKey s_wildcard = RouteKey.ForWildcard(".example.test");

    [Fact]
    [Statement("node 86")]
    public void FindHost_ExactBeatsWildcard_AndItsEndUncoversIt()
    {
        var builder = RouteTable.Empty.ToBuilder();
        builder.SetTarget(new Target("exact", "http://exact"));
        builder.SetTarget(new Target("wild", "http://wild"));
        builder.SetRoute("exact", s_exact, 1);
        builder.SetRoute("wild", s_wildcard, 1);
        var table = builder.Build();
        Assert.Equal("exact", table.FindHost("app.example.test")?.Next()?.Id);
        Assert.Equal("wild", table.FindHost("other.example.test")?.Next()?.Id);
        Assert.Null(table.FindHost("a.b.example.test"));
        Assert.Null(table.FindHost("example.test"));

        builder = table.ToBuilder();
        builder.RemoveRoute("exact", s_exact);
        Assert.Equal("wild", builder.Build().FindHost("app.example.test")?.Next()?.Id);
        Assert.Equal("exact", table.FindHost("app.example.test")?.Next()?.Id); // the old table stays what it was
    }

    [Fact]
    [Statement("node 87")]
    public void FindHost_ThisRegionBeatsOthers_EvenItsWildcardTheirExactName()
    {
        var builder = RouteTable.Empty.ToBuilder();
        builder.SetTarget(new Target("far", "http://far", distance: 30));
        builder.SetTarget(new Target("here", "http://here"));
        builder.SetRoute("far", s_exact, 9);
        builder.SetRoute("far", s_wildcard, 9);
        var abroad = builder.Build();
        builder.SetRoute("here", s_wildcard, 1);
        var both = builder.Build();

        Assert.Equal("far", abroad.FindHost("app.example.test")?.Next(abroad: true)?.Id);
        Assert.Equal("far", abroad.FindHost("other.example.test")?.Next(abroad: true)?.Id);
        Assert.Contains("here", both.FindHost("app.example.test")?.Targets.Select(target => target.Target.Id) ?? []);
        builder.RemoveRoute("here", s_wildcard);
        builder.SetRoute("here", s_exact, 1);
        Assert.True(builder.Build().FindHost("app.example.test")?.IsHere);
    }

    [Fact]
    public void SetTarget_OnlyTheDistanceHasChanged_KeepsItsRoutes()
    {
        var builder = RouteTable.Empty.ToBuilder();
        builder.SetTarget(new Target("far", "http://far", distance: 30));
        builder.SetRoute("far", s_exact, 1);
        var before = builder.Build();
        builder = before.ToBuilder();
        builder.SetTarget(new Target("far", "http://far", distance: 70));
        var after = builder.Build();

        Assert.Equal(70, after.FindHost("app.example.test")?.Next(abroad: true)?.Distance);
        Assert.Equal(1, after.RouteCount);
        builder.SetTarget(new Target("far", "http://elsewhere", distance: 70));
        Assert.Equal(0, builder.Build().RouteCount); // another process: its routes come with it
    }

    [Fact]
    public void RemoveTarget_TakesItsRoutesAndNoOthers()
    {
        var builder = RouteTable.Empty.ToBuilder();
        foreach (var id in new[] { "a", "b" })
        {
            builder.SetTarget(new Target(id, $"http://{id}"));
            builder.SetRoute(id, s_exact, 1);
        }
        builder.SetRoute("a", s_wildcard, 1);
        builder.RemoveTarget("a");
        var table = builder.Build();

        Assert.Equal((1, 1), (table.RouteCount, table.TargetCount));
        Assert.Equal("b", Assert.Single(table.FindHost("app.example.test")?.Targets ?? []).Target.Id);
    }

    [Fact]
    public void SetRoute_OfUnknownTargetOrNoKey_IsIgnored()
    {
        var builder = RouteTable.Empty.ToBuilder();
        builder.SetRoute("nobody", s_exact, 1);
        builder.SetTarget(new Target("a", "http://a"));
        builder.SetRoute("a", RouteKey.ForHost("tcp:53"), 1);

        Assert.Equal(0, builder.Build().RouteCount);
    }

    [Fact]
    [Statement("node 89")]
    public void FindHost_PortClaim_IsNotReachedByName()
    {
        var builder = RouteTable.Empty.ToBuilder();
        builder.SetTarget(new Target("a", "http://a"));
        builder.SetRoute("a", RouteKey.ForTcpPort(53), 1);

        Assert.Null(builder.Build().FindHost("tcp:53"));
    }

    [Fact]
    public void OtherRoutes_KeepTheirTurn_WhenOneChanges()
    {
        var builder = RouteTable.Empty.ToBuilder();
        foreach (var id in new[] { "a", "b" })
        {
            builder.SetTarget(new Target(id, $"http://{id}"));
            builder.SetRoute(id, s_exact, 1);
        }
        var table = builder.Build();
        var first = table.FindHost("app.example.test")?.Next();

        builder = table.ToBuilder();
        builder.SetRoute("a", s_wildcard, 1);
        Assert.NotSame(first, builder.Build().FindHost("app.example.test")?.Next());
    }
}
