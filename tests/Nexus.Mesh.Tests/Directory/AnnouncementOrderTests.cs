using Nexus.Mesh.Directory;

namespace Nexus.Mesh.Tests.Directory;

/// <summary>Of two announcements of one target the newer counts, wherever they come from and in whichever order.</summary>
public sealed class AnnouncementOrderTests : IDisposable
{
    private readonly DirectoryUnderTest _mesh = new();

    [Theory]
    [InlineData(RouteSource.Hub, RouteSource.Store)]
    [InlineData(RouteSource.Store, RouteSource.Hub)]
    [InlineData(RouteSource.Store, RouteSource.Store)]
    [InlineData(RouteSource.Peer, RouteSource.Store)]
    internal void HigherCall_ComesLater_Replaces(RouteSource first, RouteSource second)
    {
        using var old = _mesh.Announce("hub", 1, first, ("old.test", 1));
        using var renewed = _mesh.Announce("hub", 2, second, ("new.test", 1));

        Assert.Equal(AnnouncementEnd.Replaced, old.End);
        Assert.True(old.Ended.IsCancellationRequested);
        Assert.Null(renewed.End);
        Assert.Equal(["hub@http://hub:5011", "hub/new.test=1"], _mesh.Known());
    }

    [Theory]
    [InlineData(RouteSource.Hub, RouteSource.Store)]
    [InlineData(RouteSource.Store, RouteSource.Hub)]
    [InlineData(RouteSource.Store, RouteSource.Store)]
    internal void LowerCall_ComesLater_IsEndedAsReplaced(RouteSource first, RouteSource second)
    {
        using var present = _mesh.Announce("hub", 7, first, ("new.test", 1));
        using var late = _mesh.Announce("hub", 6, second, ("old.test", 1));

        Assert.Equal(AnnouncementEnd.Replaced, late.End);
        Assert.True(late.Ended.IsCancellationRequested);
        Assert.Null(present.End);
        Assert.Equal(["hub@http://hub:5011", "hub/new.test=1"], _mesh.Known());
    }

    [Fact]
    public void SameCall_HeldHere_CountsMoreThanAnotherMeshs()
    {
        using var remote = _mesh.Announce("hub", 0, RouteSource.Store, ("remote.test", 1));
        using var held = _mesh.Announce("hub", 0, RouteSource.Hub, ("held.test", 1));
        using var remoteAgain = _mesh.Announce("hub", 0, RouteSource.Store, ("remote.test", 1));

        Assert.Equal([AnnouncementEnd.Replaced, AnnouncementEnd.Replaced], [remote.End, remoteAgain.End]);
        Assert.Equal(["hub@http://hub:5011", "hub/held.test=1"], _mesh.Known());
    }

    [Fact]
    public void AnotherMeshs_NeverRenewed_Lasts()
    {
        using var remote = _mesh.Announce("hub", 1, RouteSource.Store, ("app.test", 1));
        using var entrance = _mesh.Announce("far", 1, RouteSource.Peer, ("far.test", 1));
        _mesh.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(4, _mesh.Known().Length);
    }

    [Fact]
    public async Task Move_OtherDistance_IsOneUpsertOfTheTarget()
    {
        using var entrance = _mesh.Directory.Announce(DirectoryUnderTest.Target("far") with { DistanceMilliseconds = 30 }, 1, RouteSource.Peer);
        entrance.Replace(1, DirectoryUnderTest.Routes(("far.test", 1)));
        using var watch = _mesh.Watch();
        Assert.Equal(AnnounceResult.Applied, entrance.Move(entrance.Target with { DistanceMilliseconds = 40 }));
        Assert.Equal(AnnounceResult.Applied, entrance.Move(entrance.Target with { DistanceMilliseconds = 40 }));
        Assert.Equal(AnnounceResult.Applied, entrance.Change(2, [new(DirectoryUnderTest.Host("b.test"), 1)], []));

        await using var changes = watch.ReadAllAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await changes.MoveNextAsync().BoundedAsync());
        Assert.Equal(40, changes.Current.Target?.DistanceMilliseconds);
        Assert.Empty(changes.Current.Upserts);
        Assert.Empty(changes.Current.Removals);
        Assert.Equal(40U, Assert.Single(WireRoutes.ToDelta(changes.Current).Delta.TargetUpserts).DistanceMilliseconds);
        Assert.True(await changes.MoveNextAsync().BoundedAsync());
        Assert.Null(changes.Current.Target);
        Assert.Equal(["far@http://far:5011+40", "far/b.test=1", "far/far.test=1"], _mesh.Known());
    }

    [Fact]
    public void Move_AnnouncementThatIsOver_ChangesNothing()
    {
        using var old = _mesh.Announce("hub", 1, RouteSource.Hub, ("old.test", 1));
        using var renewed = _mesh.Announce("hub", 2, RouteSource.Hub, ("new.test", 1));

        Assert.Equal(AnnounceResult.Ended, old.Move(old.Target with { DistanceMilliseconds = 9 }));
        Assert.Equal(["hub@http://hub:5011", "hub/new.test=1"], _mesh.Known());
    }

    public void Dispose() => _mesh.Dispose();
}
