using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Nexus.Mesh.Configuration;
using Nexus.Mesh.Directory;
using Nexus.Mesh.Peering;
using Nexus.Mesh.Peering.Routes;
using Nexus.Mesh.Tests.Directory;
using Nexus.Mesh.Tests.Peering.Fakes;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Tests.Peering;

/// <summary>Room for what other regions serve.</summary>
public sealed class RegionRoutesTests : IDisposable
{
    private const string LeftOut = "nexus.mesh.routes.left_out";

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly DirectoryUnderTest _mesh = new(new DirectoryOptions { MaxRoutes = 10, MaxRoutesPerTarget = 9, FarRoutesPercent = 60, MaxTargets = 2 });
    private readonly MetricRecorder _metrics;
    private readonly RegionRoutes _regions;

    public RegionRoutesTests()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _metrics = new MetricRecorder(meters, "Nexus.Mesh");
        var identity = new MeshIdentity(new OptionsWrapper<MeshOptions>(new MeshOptions()), _mesh.Time);
        _regions = new RegionRoutes(_mesh.Directory, new PeerEntrance(identity), new PeeringMetrics(meters));
    }

    [Fact]
    public void Peers_AnnounceMoreThanTheirShare_OwnRoutesStillHaveTheirs()
    {
        _regions.Apply("far", new(Keys(1, 50), []), 10);
        Assert.Equal(6, _mesh.Directory.RoutesOfPeers());
        Assert.Equal(44, _metrics.Sum(LeftOut));

        using var hub = _mesh.Announce("hub", ("a.test", 1), ("b.test", 1), ("c.test", 1), ("d.test", 1));
        Assert.Equal(AnnounceResult.TooManyRoutes, hub.Change(2, [new(DirectoryUnderTest.Host("e.test"), 1)], []));
    }

    [Fact]
    public void LeftOut_RoomComes_AreServedWithoutANewAnnouncement()
    {
        _regions.Apply("far", new(Keys(1, 8), []), 10);
        Assert.Equal(2, _metrics.Sum(LeftOut));

        _regions.Apply("far", new([], Keys(1, 1)), 10); // a served one goes: its place is another's
        Assert.Equal(6, _mesh.Directory.RoutesOfPeers());
        Assert.Equal(1, _metrics.Sum(LeftOut));

        _regions.Apply("far", new([], [.. Served().Take(3)]), 10);
        Assert.Equal(4, _mesh.Directory.RoutesOfPeers());
        Assert.Equal(0, _metrics.Sum(LeftOut));
    }

    [Fact]
    public void LeftOut_OwnHubLeaves_AreServedAtTheNextMeasurement()
    {
        var hub = _mesh.Announce("hub", [.. Enumerable.Range(0, 8).Select(i => ($"own{i}.test", 1))]);
        _regions.Apply("far", new(Keys(1, 5), []), 10);
        Assert.Equal(2, _mesh.Directory.RoutesOfPeers());
        hub.Dispose();
        _regions.Move("far", 10);
        Assert.Equal(5, _mesh.Directory.RoutesOfPeers());
        Assert.Equal(0, _metrics.Sum(LeftOut));
    }

    [Fact]
    public void LeftOut_Withdrawn_IsNotServedLater()
    {
        _regions.Apply("far", new(Keys(1, 8), []), 10);
        var waiting = Keys(1, 8).Except(Served()).ToList();
        _regions.Apply("far", new([], waiting), 10);
        _regions.Apply("far", new([], [.. Served().Take(2)]), 10);
        Assert.Equal(4, _mesh.Directory.RoutesOfPeers());
        Assert.Empty(Served().Intersect(waiting));
    }

    [Fact]
    public void Region_NoRoomForItsTarget_IsServedOnceThereIs()
    {
        using var first = _mesh.Announce("one", ("a.test", 1));
        var second = _mesh.Announce("two", ("a.test", 1));
        _regions.Apply("far", new(Keys(1, 3), []), 10);
        Assert.Equal(3, _metrics.Sum(LeftOut));
        _regions.Apply("far", new(Keys(4, 1), Keys(1, 1)), 10);
        Assert.Equal(0, _mesh.Directory.RoutesOfPeers());

        second.Dispose();
        _regions.Move("far", 20);
        Assert.Equal(Keys(2, 3).OrderBy(key => key.Name), Served().OrderBy(key => key.Name));
    }

    [Fact]
    public void Region_Lost_LeavesNothingBehind()
    {
        _regions.Apply("far", new(Keys(1, 8), []), 10);
        _regions.Remove("far");
        Assert.Equal(0, _mesh.Directory.RoutesOfPeers());
        Assert.Equal(0, _metrics.Sum(LeftOut));
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _mesh.Dispose();
        _services.Dispose();
    }

    private static List<RouteKey> Keys(int first, int count) => [.. Enumerable.Range(first, count).Select(i => DirectoryUnderTest.Host($"far{i}.test"))];

    private IEnumerable<RouteKey> Served() => _mesh.Directory.Table.Targets.Values.Where(target => !target.Target.IsLocal).SelectMany(target => target.Routes.Keys);
}
