using Nexus.Mesh.Directory;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Tests.Directory;

/// <summary>Random histories against a model that is too simple to be wrong.</summary>
public sealed class RouteDirectoryModelTests
{
    private const int Steps = 600;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Watchers_OfARandomHistory_KnowWhatIsAnnounced(int seed)
    {
        using var mesh = new DirectoryUnderTest(new DirectoryOptions { WatcherQueueLength = Steps * 2 });
        var history = new History(mesh, new Random(seed));
        var watches = new List<RouteWatch>();
        for (var step = 0; step < Steps; step++)
        {
            if (step % 100 == 0) watches.Add(mesh.Watch());
            history.Step();
            Assert.Equal(history.Describe(), mesh.Known());
        }

        mesh.Directory.Stop();
        foreach (var watch in watches) await AssertKnowsAsync(watch, history.Describe());
    }

    private static async Task AssertKnowsAsync(RouteWatch watch, string[] expected)
    {
        var table = new WatchedTable(watch.Snapshot);
        await foreach (var change in watch.ReadAllAsync(TestContext.Current.CancellationToken)) table.Apply(change);
        Assert.Equal(expected, table.Describe());
    }

    /// <summary>Hubs that come, change, renew, fall silent and go; and what they have said last.</summary>
    private sealed class History(DirectoryUnderTest mesh, Random random)
    {
        private readonly Dictionary<string, (RouteAnnouncement Announcement, Dictionary<RouteKey, RouteTerms> Routes, TimeSpan Silent)> _live = [];

        public void Step()
        {
            var hub = $"hub{random.Next(5)}";
            switch (random.Next(10))
            {
                case 0 or 1:
                    Announce(hub);
                    break;
                case 2:
                    Leave(hub);
                    break;
                case 3:
                    Wait(TimeSpan.FromSeconds(random.Next(1, 7)));
                    break;
                default:
                    Change(hub);
                    break;
            }
        }

        public string[] Describe() =>
        [
            .. _live.Keys.Select(id => $"{id}@http://{id}:5011").Order(StringComparer.Ordinal),
            .. _live.SelectMany(hub => hub.Value.Routes.Select(route => $"{hub.Key}/{route.Key}={WatchedTable.Text(route.Value)}")).Order(StringComparer.Ordinal),
        ];

        private void Announce(string hub)
        {
            var routes = Enumerable.Range(0, random.Next(6)).Select(_ => RandomKey()).Distinct().ToDictionary(key => key, _ => new RouteTerms(random.Next(1, 4)));
            var announcement = mesh.Directory.Announce(DirectoryUnderTest.Target(hub));
            Assert.Equal(AnnounceResult.Applied, announcement.Replace((ulong)random.Next(100), routes));
            _live[hub] = (announcement, routes, TimeSpan.Zero);
        }

        private void Leave(string hub)
        {
            if (_live.Remove(hub, out var gone)) gone.Announcement.Dispose();
        }

        private void Wait(TimeSpan time)
        {
            mesh.Time.Advance(time);
            foreach (var (hub, (announcement, routes, silent)) in _live.ToList())
            {
                if (silent + time >= mesh.Options.Lease) _live.Remove(hub);
                else _live[hub] = (announcement, routes, silent + time);
            }
        }

        private void Change(string hub)
        {
            if (!_live.TryGetValue(hub, out var live)) return;
            var upserts = Enumerable.Range(0, random.Next(3)).Select(_ => new WeightedRoute(RandomKey(), random.Next(1, 4))).ToList();
            var removals = Enumerable.Range(0, random.Next(3)).Select(_ => RandomKey()).ToList();
            Assert.Equal(AnnounceResult.Applied, live.Announcement.Change((live.Announcement.Revision ?? 0) + 1, upserts, removals));
            live.Announcement.Renew();
            foreach (var (key, terms) in upserts) live.Routes[key] = terms;
            foreach (var key in removals) live.Routes.Remove(key);
            _live[hub] = live with { Silent = TimeSpan.Zero };
        }

        private RouteKey RandomKey() => random.Next(4) switch
        {
            0 => RouteKey.ForWildcard($".w{random.Next(4)}.test"),
            1 => RouteKey.ForTcpPort(random.Next(1, 5)),
            2 => RouteKey.ForUdpPort(random.Next(1, 5)),
            _ => RouteKey.ForHost($"app{random.Next(8)}.test"),
        };
    }
}
