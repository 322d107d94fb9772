using Nexus.Mesh.Directory;
using Nexus.Mesh.Store;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Tests.Store;

public sealed class AnnouncementKeysTests
{
    private readonly AnnouncementKeys _keys = new("nexus", "eu", TimeSpan.FromSeconds(15));

    [Fact]
    public void Keys_OfARegion_AreInOneSlot()
    {
        var id = new AnnouncementId("host:1-{x}", ulong.MaxValue);
        Assert.Equal("nexus:{eu}:announcement:host:1-{x}:18446744073709551615", _keys.KeyOf(id)); // only what is in the first braces counts
        Assert.StartsWith("nexus:{eu}:", _keys.Index, StringComparison.Ordinal);
        Assert.StartsWith("nexus:{eu}:", _keys.Channel, StringComparison.Ordinal);
        Assert.True(AnnouncementKeys.TryReadMember(AnnouncementKeys.MemberOf(id), out var read));
        Assert.Equal(id, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("hub")]
    [InlineData("hub:")]
    [InlineData(":1")]
    [InlineData("hub:-1")]
    [InlineData("hub:18446744073709551616")]
    public void IndexEntry_ThatIsNone_IsNotRead(string member) => Assert.False(AnnouncementKeys.TryReadMember(member, out _));

    [Theory]
    [InlineData("app.test", "1")]
    [InlineData("*.app.test", "1000000")]
    [InlineData("udp:53", "7 5000")]
    public void Route_WrittenAndRead_IsTheSame(string field, string value)
    {
        Assert.True(AnnouncementKeys.TryReadRoute(field, value, out var route));
        Assert.Equal((field, value), (route.Key.ToWireText(), AnnouncementKeys.ValueOf(route.Terms)));
    }

    [Theory]
    [InlineData(":target", "1")]
    [InlineData("tcp:70000", "1")]
    [InlineData("app.test", "")]
    [InlineData("app.test", "0")]
    [InlineData("app.test", "1000001")]
    [InlineData("app.test", "1 ")]
    [InlineData("app.test", "1 -1")]
    [InlineData("app.test", "1 86400001")]
    [InlineData("app.test", "+1")]
    public void Route_ThatIsNone_IsNotRead(string field, string value) => Assert.False(AnnouncementKeys.TryReadRoute(field, value, out _));

    [Fact]
    public void Change_OfEachKind_IsReadAsItWasWritten()
    {
        foreach (var kind in Enum.GetValues<StoredChangeKind>())
        {
            var head = AnnouncementKeys.HeadOf("node", new HubTarget("hub", "http://h", "", DistanceMilliseconds: 4), ulong.MaxValue, ulong.MaxValue, 3);
            var read = AnnouncementKeys.TryReadChange(AnnouncementKeys.Write(new StoredChange { Kind = kind, Target = "hub", Call = 0, Head = head, Removed = ["a.test"] }));
            Assert.Equal((kind, "hub", 0UL, head), (read?.Kind, read?.Target, read?.Call, read?.Head));
            Assert.Equal(["a.test"], read?.Removed);
        }
    }

    [Fact]
    public void Digest_OfRoutes_DependsOnEachOfThemAndNotOnTheirOrder()
    {
        var routes = Enumerable.Range(0, 200).Select(i => KeyValuePair.Create(RouteKey.ForHost($"app{i}.test"), new RouteTerms((i % 3) + 1, i % 2))).ToList();
        var digest = RouteDigest.Of(routes);
        Assert.Equal(digest, RouteDigest.Of(routes.AsEnumerable().Reverse()));
        var others = routes.Select((route, i) => RouteDigest.Of(routes.Where((_, j) => j != i)))
            .Concat(routes.Select((route, i) => RouteDigest.Of(routes.Where((_, j) => j != i).Append(new(route.Key, route.Value with { Weight = 9 })))))
            .Append(digest).ToList();
        Assert.Distinct(others);
        Assert.NotEqual(RouteDigest.Of(RouteKey.ForTcpPort(53), new(1)), RouteDigest.Of(RouteKey.ForUdpPort(53), new(1)));
        // It is in Redis, where meshes of other versions read it.
        Assert.Equal("975D580358BDBC70", $"{RouteDigest.Of(RouteKey.ForHost("app.test"), new RouteTerms(3, 5_000)):X16}");
    }
}
