using Nexus.Mesh.Directory;
using Nexus.Mesh.Store;
using Nexus.Mesh.Tests.Directory;

namespace Nexus.Mesh.Tests.Store;

/// <summary>Random histories of hubs, meshes and a Redis that comes and goes: in the end everybody knows what is true.</summary>
public sealed class StoreModelTests
{
    private const int Steps = 120;
    private const int StepsBetweenLooks = 30;

    [Theory]
    [InlineData(RedisKind.Garnet, 1)]
    [InlineData(RedisKind.Redis, 2)]
    [InlineData(RedisKind.Redis, 3)]
    public async Task Meshes_OfARandomHistory_KnowWhatIsTrue(RedisKind kind, int seed)
    {
        await using var redis = await RedisUnderTest.StartAsync(kind);
        await using var region = new StoreRegion(redis);
        var history = new History(region, new Random(seed));
        for (var i = 0; i < 3; i++) await history.StartMeshAsync();
        for (var step = 1; step <= Steps; step++)
        {
            await history.StepAsync();
            if (step % StepsBetweenLooks == 0) await history.LookAsync();
        }
    }

    private sealed class History(StoreRegion region, Random random)
    {
        private readonly List<MeshUnderTest> _meshes = [];
        private readonly Dictionary<string, (RouteAnnouncement Announcement, MeshUnderTest Mesh, Dictionary<string, int> Routes)> _hubs = [];
        private readonly List<RouteAnnouncement> _silent = [];
        private ulong _calls;

        public async Task StartMeshAsync() => _meshes.Add(await region.StartAsync());

        public async Task StepAsync()
        {
            switch (random.Next(40))
            {
                case 0:
                    await region.Redis.KillAsync();
                    await ChangeAsync(8);
                    await region.Redis.StartAsync();
                    break;
                case 1:
                    await region.Redis.SuspendAsync();
                    await ChangeAsync(8);
                    region.Redis.Resume();
                    break;
                case 2:
                    await region.Redis.SendAsync("FLUSHALL");
                    break;
                case 3:
                    await ReplaceMeshAsync();
                    break;
                case < 12:
                    Announce();
                    break;
                case < 15:
                    Leave();
                    break;
                default:
                    await ChangeAsync(1);
                    break;
            }
        }

        /// <summary>All meshes know the same, and it is what the hubs serve.</summary>
        public async Task LookAsync()
        {
            // Old calls from which nothing comes any more end by their lease, if nobody has heard of the newer one.
            _silent.ForEach(announcement => announcement.Finish(AnnouncementEnd.LeaseExpired));
            _silent.Clear();
            string[] truth =
            [
                .. _hubs.Keys.Select(hub => $"{hub}@http://{hub}:5011").Order(StringComparer.Ordinal),
                .. _hubs.SelectMany(hub => hub.Value.Routes.Select(route => $"{hub.Key}/{route.Key}={route.Value}")).Order(StringComparer.Ordinal),
            ];
            foreach (var mesh in _meshes)
            {
                await Eventually.SucceedsAsync(
                    () => Task.FromResult(WatchedTable.Describe(mesh.Directory.Table).SequenceEqual(truth)),
                    () => $"It knows {string.Join(", ", WatchedTable.Describe(mesh.Directory.Table))}\nand not {string.Join(", ", truth)}. Log:\n{string.Join('\n', mesh.Logs.Of(nameof(StoreStatus)))}");
            }

            Assert.All(_hubs.Values, hub => Assert.Null(hub.Announcement.End));
        }

        /// <summary>A new hub, or one that calls another mesh while its old call still seems to live, or not.</summary>
        private void Announce(string? hub = null)
        {
            hub ??= $"hub{random.Next(6)}";
            var mesh = _meshes[random.Next(_meshes.Count)];
            if (_hubs.TryGetValue(hub, out var old))
            {
                if (random.Next(2) == 0) old.Announcement.Finish(AnnouncementEnd.Lost);
                else _silent.Add(old.Announcement);
            }

            var routes = Enumerable.Range(0, random.Next(5)).Select(_ => RandomHost()).Distinct().ToDictionary(host => host, _ => random.Next(1, 4));
            _hubs[hub] = (StoreRegion.Announce(mesh, hub, ++_calls, [.. routes.Select(route => (route.Key, route.Value))]), mesh, routes);
        }

        private void Leave()
        {
            if (_hubs.Count == 0 || !_hubs.Remove(_hubs.Keys.ElementAt(random.Next(_hubs.Count)), out var gone)) return;
            gone.Announcement.Finish(AnnouncementEnd.Lost);
        }

        private async Task ChangeAsync(int times)
        {
            for (var i = 0; i < times && _hubs.Count > 0; i++)
            {
                var (announcement, _, routes) = _hubs.Values.ElementAt(random.Next(_hubs.Count));
                var (host, weight) = (RandomHost(), random.Next(4));
                StoreRegion.Change(announcement, host, weight);
                if (weight > 0) routes[host] = weight;
                else routes.Remove(host);
                await Task.Yield();
            }
        }

        /// <summary>A rolling restart: the hubs of the mesh that stops call another, or are gone with it.</summary>
        private async Task ReplaceMeshAsync()
        {
            var mesh = _meshes[random.Next(_meshes.Count)];
            _meshes.Remove(mesh);
            var orphans = _hubs.Where(hub => hub.Value.Mesh == mesh).Select(hub => hub.Key).ToList();
            await mesh.App.StopAsync(TestContext.Current.CancellationToken).BoundedAsync();
            foreach (var hub in orphans)
            {
                _hubs.Remove(hub);
                if (random.Next(3) > 0) Announce(hub);
            }

            await StartMeshAsync();
        }

        private string RandomHost() => $"app{random.Next(12)}.test";
    }
}
