using Nexus.Mesh.Directory;

namespace Nexus.Mesh.Tests.Directory;

public sealed class RouteDirectoryTests : IDisposable
{
    private readonly DirectoryUnderTest _mesh = new();

    [Fact]
    public void Lease_NotRenewed_WithdrawsTheHub()
    {
        using var announcement = _mesh.Announce("hub", ("app.test", 1));
        _mesh.Time.Advance(TimeSpan.FromSeconds(14.9));
        Assert.Single(_mesh.Directory.Table.Targets);

        _mesh.Time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Empty(_mesh.Known());
        Assert.Equal(AnnouncementEnd.LeaseExpired, announcement.End);
        Assert.True(announcement.Ended.IsCancellationRequested);
        Assert.Equal(1, _mesh.Metrics.Sum("nexus.mesh.announcement.ends", ("error.type", "lease_expired")));
    }

    [Fact]
    public void Lease_RenewedEveryFiveSeconds_LastsForever()
    {
        using var announcement = _mesh.Announce("hub", ("app.test", 1));
        for (var beat = 0; beat < 100; beat++)
        {
            _mesh.Time.Advance(TimeSpan.FromSeconds(5));
            announcement.Renew();
        }

        Assert.Equal(["hub@http://hub:5011", "hub/app.test=1"], _mesh.Known());
    }

    [Fact]
    public async Task Announce_SameHubAgain_ReplacesWithoutAGap()
    {
        using var old = _mesh.Announce("hub", ("app.test", 1), ("old.test", 1));
        using var watch = _mesh.Watch();
        using var renewed = _mesh.Announce("hub", ("app.test", 1), ("new.test", 2));

        Assert.Equal(AnnouncementEnd.Replaced, old.End);
        var change = await FirstChangeAsync(watch);
        Assert.False(change.IsRemoved);
        Assert.Null(change.Target);
        Assert.Equal("new.test", Assert.Single(change.Upserts).Key.Name);
        Assert.Equal("old.test", Assert.Single(change.Removals).Name);

        old.Dispose();
        Assert.Equal(["hub@http://hub:5011", "hub/app.test=1", "hub/new.test=2"], _mesh.Known());
    }

    [Fact]
    public async Task Announce_SameTargetElsewhere_BringsAllItsRoutes()
    {
        using var old = _mesh.Announce("hub", ("app.test", 1), ("old.test", 1));
        using var watch = _mesh.Watch();
        var known = new WatchedTable(watch.Snapshot);
        using var successor = _mesh.Directory.Announce(DirectoryUnderTest.Target("hub") with { HandOverPath = "/run/another.sock" }, 1);
        successor.Replace(1, DirectoryUnderTest.Routes(("app.test", 1), ("new.test", 2)));

        var change = await FirstChangeAsync(watch);
        known.Apply(change);
        Assert.Equal(_mesh.Known(), known.Describe());
        Assert.Equal(["app.test", "new.test"], change.Upserts.Select(route => route.Key.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Announcement_Replaced_CanChangeNothingAnyMore()
    {
        using var old = _mesh.Announce("hub", ("app.test", 1));
        using var renewed = _mesh.Announce("hub", ("app.test", 1));

        Assert.Equal(AnnounceResult.Ended, old.Change(2, [new(DirectoryUnderTest.Host("evil.test"), 1)], []));
        Assert.Equal(["hub@http://hub:5011", "hub/app.test=1"], _mesh.Known());
    }

    [Fact]
    public void Change_RevisionNotTheNext_IsRefused()
    {
        using var announcement = _mesh.Announce("hub", ("app.test", 1));

        Assert.Equal(AnnounceResult.RevisionGap, announcement.Change(3, [new(DirectoryUnderTest.Host("b.test"), 1)], []));
        Assert.Equal(AnnounceResult.RevisionGap, announcement.Change(1, [new(DirectoryUnderTest.Host("b.test"), 1)], []));
        Assert.Equal(AnnounceResult.Applied, announcement.Change(2, [new(DirectoryUnderTest.Host("b.test"), 1)], []));
        Assert.Equal(2UL, announcement.Revision);
    }

    [Fact]
    public void Change_ThatChangesNothing_MakesNoRevision()
    {
        using var announcement = _mesh.Announce("hub", ("app.test", 1));
        var before = _mesh.Directory.Table.Revision;

        Assert.Equal(AnnounceResult.Applied, announcement.Change(2, [new(DirectoryUnderTest.Host("app.test"), 1)], [DirectoryUnderTest.Host("unknown.test")]));

        Assert.Equal(before, _mesh.Directory.Table.Revision);
    }

    [Fact]
    public async Task Watcher_ThatDoesNotRead_IsEndedAndTheOthersAreNot()
    {
        using var mesh = new DirectoryUnderTest(new DirectoryOptions { WatcherQueueLength = 8 });
        using var slow = mesh.Watch();
        using var quick = mesh.Watch();
        var known = new WatchedTable(quick.Snapshot);
        await using var changes = quick.ReadAllAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        using var announcement = mesh.Announce("hub");
        for (var revision = 2UL; revision <= 20; revision++)
        {
            Assert.True(await changes.MoveNextAsync().BoundedAsync());
            known.Apply(changes.Current);
            announcement.Change(revision, [new(DirectoryUnderTest.Host($"app{revision}.test"), 1)], []);
        }

        Assert.Equal(WatchEnd.TooSlow, slow.End);
        Assert.True(slow.Ended.IsCancellationRequested);
        Assert.Null(quick.End);
        Assert.Equal(1, mesh.Metrics.Sum("nexus.mesh.watch.ends", ("error.type", "too_slow")));
        Assert.Equal(1, mesh.Metrics.Sum("nexus.mesh.watchers"));
        Assert.True(await changes.MoveNextAsync().BoundedAsync());
        known.Apply(changes.Current);
        Assert.Equal(mesh.Known(), known.Describe());
    }

    [Fact]
    public void Limits_Reached_AreRefusedAndNothingIsHalfApplied()
    {
        using var mesh = new DirectoryUnderTest(new DirectoryOptions { MaxTargets = 2, MaxRoutesPerTarget = 3, MaxRoutes = 4, MaxWatchers = 1 });
        using var first = mesh.Announce("a", ("1.test", 1), ("2.test", 1), ("3.test", 1));
        Assert.Equal(AnnounceResult.TooManyRoutesOfTarget, first.Change(2, [new(DirectoryUnderTest.Host("4.test"), 1)], []));
        Assert.Equal(AnnounceResult.Applied, first.Change(2, [new(DirectoryUnderTest.Host("4.test"), 1)], [DirectoryUnderTest.Host("1.test")]));

        using var second = mesh.Directory.Announce(DirectoryUnderTest.Target("b"));
        Assert.Equal(AnnounceResult.TooManyRoutes, second.Replace(1, DirectoryUnderTest.Routes(("1.test", 1), ("2.test", 1))));
        Assert.Equal(AnnounceResult.Applied, second.Replace(1, DirectoryUnderTest.Routes(("1.test", 1))));

        using var third = mesh.Directory.Announce(DirectoryUnderTest.Target("c"));
        Assert.Equal(AnnounceResult.TooManyTargets, third.Replace(1, DirectoryUnderTest.Routes()));

        using var watch = mesh.Watch();
        Assert.Null(mesh.Directory.TryWatch());
        Assert.Equal(4, mesh.Metrics.Sum("nexus.mesh.routes"));
        Assert.Equal(2, mesh.Metrics.Sum("nexus.mesh.targets"));
    }

    [Fact]
    public async Task Stop_WithWatchersAndHubs_EndsBothWithoutTellingOfWithdrawals()
    {
        using var announcement = _mesh.Announce("hub", ("app.test", 1));
        using var watch = _mesh.Watch();

        _mesh.Directory.Stop();

        Assert.Equal(WatchEnd.Stopping, watch.End);
        Assert.Equal(AnnouncementEnd.Stopping, announcement.End);
        await using var changes = watch.ReadAllAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.False(await changes.MoveNextAsync().BoundedAsync());
        using var late = _mesh.Watch();
        Assert.Equal(WatchEnd.Stopping, late.End);
    }

    [Fact]
    public async Task Settle_AfterTheStart_HoldsWatchersBack()
    {
        var settled = _mesh.Directory.SettleAsync(TestContext.Current.CancellationToken);
        _mesh.Time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(settled.IsCompleted);
        _mesh.Time.Advance(TimeSpan.FromSeconds(0.1));
        await settled.BoundedAsync();
    }

    [Fact]
    public void ToErrorType_EveryEnd_IsMapped()
    {
        Assert.All(Enum.GetValues<AnnouncementEnd>(), end => end.ToErrorType());
        Assert.All(Enum.GetValues<WatchEnd>(), end => end.ToErrorType());
    }

    public void Dispose() => _mesh.Dispose();

    [Fact]
    [Statement("node 96")]
    public async Task Change_OfTheIdleTimeAlone_ReachesWatchers()
    {
        using var hub = _mesh.Announce("hub", ("app.test", 1));
        using var watch = _mesh.Watch();
        var key = Protocol.Naming.RouteKey.ForUdpPort(53);
        Assert.Equal(AnnounceResult.Applied, hub.Change(2, [new(key, new RouteTerms(1, 5_000))], []));
        Assert.Equal(AnnounceResult.Applied, hub.Change(3, [new(key, new RouteTerms(1, 9_000))], []));
        Assert.Equal(["hub@http://hub:5011", "hub/app.test=1", "hub/udp:53=1 idle 9000"], _mesh.Known());
        Assert.Equal(5_000, Assert.Single((await FirstChangeAsync(watch)).Upserts).Terms.FlowIdleMilliseconds);
    }

    private static async Task<RouteChange> FirstChangeAsync(RouteWatch watch)
    {
        await using var changes = watch.ReadAllAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await changes.MoveNextAsync().BoundedAsync());
        return changes.Current;
    }
}
