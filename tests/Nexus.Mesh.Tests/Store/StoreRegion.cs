using Microsoft.Extensions.DependencyInjection;
using Nexus.Mesh.Directory;
using Nexus.Mesh.Store;
using Nexus.Mesh.Tests.Directory;

namespace Nexus.Mesh.Tests.Store;

/// <summary>Meshes that share a Redis under a prefix of the test's own, with short leases; stopped with the test.</summary>
internal sealed class StoreRegion(RedisUnderTest redis) : IAsyncDisposable
{
    private readonly List<MeshUnderTest> _meshes = [];

    /// <summary>What a mesh lives without a word.</summary>
    public static TimeSpan Lease { get; } = TimeSpan.FromSeconds(2);

    public RedisUnderTest Redis => redis;

    public string Prefix { get; } = $"t{Guid.NewGuid():n}";

    public Task<MeshUnderTest> StartAsync(params (string Key, string Value)[] settings) => StartAsync(redis.ConnectionString, settings);

    public async Task<MeshUnderTest> StartAsync(string connectionString, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string>
        {
            ["ConnectionStrings:redis"] = connectionString,
            ["Nexus:Mesh:Directory:Lease"] = "00:10:00", // hubs of these tests have no heartbeat
            ["Nexus:Mesh:Store:Prefix"] = Prefix,
            ["Nexus:Mesh:Store:Lease"] = Lease.ToString(),
            ["Nexus:Mesh:Store:RenewInterval"] = "00:00:00.5",
            ["Nexus:Mesh:Store:ReconcileInterval"] = "00:00:01",
            ["Nexus:Mesh:Store:ConnectTimeout"] = "00:00:01",
            ["Nexus:Mesh:Store:CallTimeout"] = "00:00:01",
        };
        foreach (var (key, value) in settings) all[key] = value;
        var mesh = await MeshUnderTest.StartAsync(time: null, [.. all.Select(setting => (setting.Key, setting.Value))]);
        _meshes.Add(mesh);
        return mesh;
    }

    public static StoreStatus StatusOf(MeshUnderTest mesh) => mesh.App.Services.GetRequiredService<StoreStatus>();

    /// <summary>The mesh announces a hub that called it.</summary>
    public static RouteAnnouncement Announce(MeshUnderTest mesh, string hub, ulong call, params (string Host, int Weight)[] routes)
    {
        var announcement = mesh.Directory.Announce(DirectoryUnderTest.Target(hub), call);
        Assert.Equal(AnnounceResult.Applied, announcement.Replace(1, DirectoryUnderTest.Routes(routes)));
        return announcement;
    }

    public static void Change(RouteAnnouncement announcement, string host, int weight) => Assert.Equal(
        AnnounceResult.Applied,
        announcement.Change((announcement.Revision ?? 0) + 1, weight > 0 ? [new(DirectoryUnderTest.Host(host), weight)] : [], weight > 0 ? [] : [DirectoryUnderTest.Host(host)]));

    /// <summary>Waits until the mesh knows exactly this, described as "hub/key=weight".</summary>
    public static Task KnowsAsync(MeshUnderTest mesh, params string[] routes) => Eventually.SucceedsAsync(
        () => Task.FromResult(Routes(mesh).SequenceEqual(routes)),
        () => $"It knows {string.Join(", ", Routes(mesh))} and not {string.Join(", ", routes)}. Log:\n{string.Join('\n', mesh.Logs.Records.Where(log => log.Category.StartsWith("Nexus", StringComparison.Ordinal)))}");

    public static Task ConnectedAsync(MeshUnderTest mesh) => Eventually.SucceedsAsync(
        () => Task.FromResult(StatusOf(mesh) is { IsConnected: true, Failure: null }),
        () => $"It is {StatusOf(mesh).Failure}.\n{string.Join('\n', mesh.Logs.Records)}");

    public static Task FailsAsync(MeshUnderTest mesh, params StoreFailure[] failures) => Eventually.SucceedsAsync(
        () => Task.FromResult(StatusOf(mesh).Failure is { } failure && failures.Contains(failure)),
        () => $"It is {StatusOf(mesh).Failure}.");

    public static string[] Routes(MeshUnderTest mesh) => [.. WatchedTable.Describe(mesh.Directory.Table).Where(line => line.Contains('=', StringComparison.Ordinal))];

    public async ValueTask DisposeAsync()
    {
        foreach (var mesh in _meshes) await mesh.DisposeAsync();
    }
}
