using Microsoft.Extensions.Options;
using Nexus.Mesh.Configuration;
using Nexus.Mesh.Directory;
using Nexus.Mesh.Peering.Routes;
using Nexus.Mesh.Tests.Directory;

namespace Nexus.Mesh.Tests.Peering;

/// <summary>By which name the region knows a mesh as the entrance to others.</summary>
public sealed class PeerEntranceTests
{
    private const string Address = "http://mesh.test:5021";

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Successor_AtTheSameAddress_ReplacesWhatADeadMeshHasAnnounced()
    {
        await using var other = await MeshUnderTest.StartAsync();
        var dead = Start(Address);
        using var left = other.Directory.Announce(dead.ToTarget("far", 30), dead.Call, RouteSource.Store);
        left.Replace(1, DirectoryUnderTest.Routes(("gone.test", 1)));

        _time.Advance(TimeSpan.FromSeconds(2));
        var successor = Start(Address);
        using var told = other.Directory.Announce(successor.ToTarget("far", 40), successor.Call, RouteSource.Store);
        told.Replace(1, DirectoryUnderTest.Routes(("app.test", 1)));

        var target = Assert.Single(other.Directory.Table.Targets).Value;
        Assert.Equal(40, target.Target.DistanceMilliseconds);
        Assert.Equal([DirectoryUnderTest.Host("app.test")], target.Routes.Keys);
        Assert.Equal(AnnouncementEnd.Replaced, left.End);
    }

    [Fact]
    public void Name_IsOfOneAddressAndOneRegion()
    {
        var mesh = Start(Address);
        var neighbour = Start("http://mesh.test:5022");

        Assert.Equal(4, new[] { mesh.ToTarget("one", 1), mesh.ToTarget("two", 1), neighbour.ToTarget("one", 1), neighbour.ToTarget("", 1) }.Select(target => target.Id).Distinct().Count());
        Assert.True(mesh.IsMeant(mesh.ToTarget("one", 1).Id));
        Assert.False(mesh.IsMeant(neighbour.ToTarget("one", 1).Id));
        Assert.False(mesh.IsMeant(mesh.ToTarget("one", 1).Id.Split('/')[0]));
        Assert.Null(WireRoutes.FindProblem(mesh.ToTarget(new string('r', 64), 1)));
    }

    private PeerEntrance Start(string address) => new(new MeshIdentity(Options.Create(new MeshOptions()), _time)) { StreamAddress = address };
}
