using Nexus.Mesh.Directory;

namespace Nexus.Mesh.Tests.Directory;

/// <summary>A hub that announces anew while its old call is still there.</summary>
public sealed class ReplacedAnnouncementTests
{
    private const int Rounds = 3_000;

    /// <summary>Before the newer full state the change is replaced with all else; after it, it is refused.</summary>
    [Fact]
    public async Task ChangeOfTheOldCall_WhileTheNewOneReplacesIt_IsNeverSeen()
    {
        using var mesh = new DirectoryUnderTest();
        var old = mesh.Announce("hub", ("app.test", 1));
        for (var round = 0; round < Rounds; round++)
        {
            var replaced = old;
            var replacing = mesh.Directory.Announce(DirectoryUnderTest.Target("hub"));
            using var start = new Barrier(2);
            var change = Task.Run(
                () =>
                {
                    start.SignalAndWait();
                    replaced.Change(2, [new WeightedRoute(DirectoryUnderTest.Host("stale.test"), 1)], []);
                },
                TestContext.Current.CancellationToken);
            start.SignalAndWait(TestContext.Current.CancellationToken);
            Assert.Equal(AnnounceResult.Applied, replacing.Replace(1, DirectoryUnderTest.Routes(("app.test", 1))));
            await change.BoundedAsync();

            Assert.Equal(1, mesh.Directory.Table.RouteCount);
            Assert.Equal(AnnouncementEnd.Replaced, replaced.End);
            old = replacing;
        }
    }
}
