using Nexus.Mesh.Directory;

namespace Nexus.Mesh.Tests.Directory;

/// <summary>What this process knows first-hand, as it is passed on.</summary>
public sealed class HeldAnnouncementsTests : IDisposable
{
    private readonly DirectoryUnderTest _mesh = new();

    [Fact]
    public void Take_AfterChanges_GivesTouchedKeysOfHeldAnnouncementsOnly()
    {
        using var before = _mesh.Announce("before", ("a.test", 1));
        var held = _mesh.Directory.Hold();
        using var remote = _mesh.Announce("remote", 1, RouteSource.Store, ("r.test", 1));
        using var hub = _mesh.Announce("hub", ("b.test", 1));
        var (changed, ended) = held.Take();
        Assert.Equal([before, hub], changed.Select(change => change.Announcement));
        Assert.All(changed, change => Assert.Null(change.Keys));
        Assert.Empty(ended);

        hub.Change(2, [new(DirectoryUnderTest.Host("c.test"), 1)], [DirectoryUnderTest.Host("b.test")]);
        remote.Change(2, [new(DirectoryUnderTest.Host("c.test"), 1)], []);
        Assert.Equal(["b.test", "c.test"], Assert.Single(held.Take().Changed).Keys?.Select(key => key.Name).Order());
        Assert.Equal(["c.test"], _mesh.Directory.RoutesOf(hub)?.Routes.Keys.Select(key => key.Name));
    }

    [Fact]
    public void Take_AnnouncementReplacedByAnotherMeshs_HasEnded()
    {
        using var hub = _mesh.Announce("hub", ("b.test", 1));
        var held = _mesh.Directory.Hold();
        using var remote = _mesh.Announce("hub", 1, RouteSource.Store, ("r.test", 1));

        var (changed, ended) = held.Take();
        Assert.Empty(changed);
        Assert.Equal([hub], ended);
        Assert.Null(_mesh.Directory.RoutesOf(hub));
        Assert.NotNull(_mesh.Directory.RoutesOf(remote));
    }

    [Fact]
    public void Take_NeverCalled_KeepsNoMoreThanItsBounds()
    {
        var held = _mesh.Directory.Hold();
        using var hub = _mesh.Announce("hub");
        held.Take();
        for (var revision = 2UL; revision < HeldAnnouncements.MaxKeysOfOne + 10; revision++)
        {
            hub.Change(revision, [new(DirectoryUnderTest.Host($"app{revision}.test"), 1)], [DirectoryUnderTest.Host($"app{revision - 1}.test")]);
        }

        Assert.Null(Assert.Single(held.Take().Changed).Keys);
        for (var i = 0; i < HeldAnnouncements.MaxEnded + 10; i++) _mesh.Announce("other", ("o.test", 1)).Dispose();
        Assert.Equal(HeldAnnouncements.MaxEnded, held.Take().Ended.Count);
    }

    public void Dispose() => _mesh.Dispose();
}
