using System.Text.Json;
using Nexus.Edge.Routing;
using Nexus.Protocol.Naming;

namespace Nexus.Edge.Tests.Routing;

/// <summary>What an edge shows of its table.</summary>
public sealed class RoutesPageTests
{
    private readonly RouteTable _table = Build();

    [Fact]
    public void Page_WithoutKeys_HasCountsOnly()
    {
        var page = Read(0);
        Assert.Equal(3, page.GetProperty("keys").GetInt32());
        Assert.Equal(
            [("far", "http://far", 30, 1), ("hub", "http://hub", 0, 3)],
            page.GetProperty("targets").EnumerateArray().Select(target => (Text(target, "id"), Text(target, "stream_address"), target.GetProperty("distance_milliseconds").GetInt32(), target.GetProperty("keys").GetInt32())));
        Assert.All(page.GetProperty("targets").EnumerateArray(), target => Assert.Equal(0, target.GetProperty("served").GetArrayLength()));
    }

    [Fact]
    public void Page_WithKeys_HasThemOfEachTarget_WithTheirWeights() => Assert.Equal(
        ["far app.test 1", "hub *.app.test 1", "hub app.test 2", "hub tcp:53 1"],
        from target in Read(100).GetProperty("targets").EnumerateArray()
        from route in target.GetProperty("served").EnumerateArray()
        select $"{Text(target, "id")} {Text(route, "key")} {route.GetProperty("weight").GetInt32()}");

    [Fact]
    public void Page_WithFewerKeysThanThereAre_HasSoMany() =>
        Assert.Equal([1, 2], Read(2).GetProperty("targets").EnumerateArray().Select(target => target.GetProperty("served").GetArrayLength()));

    private static RouteTable Build()
    {
        var builder = RouteTable.Empty.ToBuilder();
        builder.SetTarget(new Target("hub", "http://hub"));
        builder.SetTarget(new Target("far", "http://far", distance: 30));
        builder.SetRoute("hub", RouteKey.ForHost("app.test"), 2);
        builder.SetRoute("hub", RouteKey.ForWildcard(".app.test"), 1);
        builder.SetRoute("hub", RouteKey.ForTcpPort(53), 1);
        builder.SetRoute("far", RouteKey.ForHost("app.test"), 1);
        return builder.Build();
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    private JsonElement Read(uint maxKeys) => JsonDocument.Parse(RoutesPage.Describe(_table, maxKeys)).RootElement;
}
