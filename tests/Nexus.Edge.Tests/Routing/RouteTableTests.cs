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
