using Nexus.Benchmarks.Field;
using Nexus.Benchmarks.Field.Measuring;
using Nexus.Testing;

namespace Nexus.Benchmarks.LargeHub;

/// <summary>Two regions as real processes: two meshes that share a Redis, and one far away that is linked to both. Hubs and edges are played.</summary>
internal sealed class LargeHubSystem : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FreePort[] _peerPorts = [FreePort.Reserve(), FreePort.Reserve()];
    private readonly ServiceProcess _certs;
    private readonly RedisUnderTest _redis;

    private LargeHubSystem(RedisUnderTest redis, FieldPrograms programs)
    {
        _redis = redis;
        _certs = new("Nexus.Certs", new Dictionary<string, string?> { ["Nexus__Certs__Storage__Directory"] = _folder.PathOf("certs") }, programs.PathOf("Nexus.Certs"));
        Dictionary<string, string?> near = new() { ["ConnectionStrings__redis"] = redis.ConnectionString };
        HubMesh = Mesh("near", new(near) { ["Nexus__Mesh__Peering__ListenAddress"] = $"127.0.0.1:{_peerPorts[0].Port}" }, programs);
        OtherMesh = Mesh("near", new(near) { ["Nexus__Mesh__Peering__ListenAddress"] = $"127.0.0.1:{_peerPorts[1].Port}" }, programs);
        FarMesh = Mesh("far", _peerPorts.Select((port, i) => KeyValuePair.Create($"Nexus__Mesh__Peering__Peers__{i}", (string?)$"wss://localhost:{port.Port}/mesh")).ToDictionary(), programs);
    }

    /// <summary>Of <see cref="OtherMesh"/> among the parts.</summary>
    public const int OtherPart = 1;

    /// <summary>The processes that are measured, as the report names them.</summary>
    public static IReadOnlyList<string> Parts => ["hub's mesh", "other mesh", "far mesh", "Redis"];

    /// <summary>Where the hub announces.</summary>
    public ServiceProcess HubMesh { get; }

    public ServiceProcess OtherMesh { get; }

    public ServiceProcess FarMesh { get; }

    public static async Task<LargeHubSystem> StartAsync(FieldPrograms programs)
    {
        var kind = DebianProgram.Find("redis-server") is null ? RedisKind.Garnet : RedisKind.Redis;
        var system = new LargeHubSystem(await RedisUnderTest.StartAsync(kind), programs);
        var isStarted = false;
        try
        {
            system._certs.Start();
            await system._certs.WaitUntilHealthyAsync();
            ServiceProcess[] meshes = [system.HubMesh, system.OtherMesh, system.FarMesh];
            foreach (var mesh in meshes) mesh.Start();
            foreach (var mesh in meshes) await mesh.WaitUntilHealthyAsync();
            isStarted = true;
            return system;
        }
        finally
        {
            if (!isStarted) await system.DisposeAsync();
        }
    }

    /// <summary>CPU seconds of each part since it began.</summary>
    public double[] Usage() => [.. Processes().Select(id => ProcessUsage.Of([id]).Seconds)];

    /// <summary>VmRSS of each part in KiB.</summary>
    public long[] Resident() => [.. Processes().Select(id => ProcessMemory.Of([id]).Rss)];

    public Task<long> CommandsAsync() => RedisTraffic.CommandsAsync(_redis);

    public async ValueTask DisposeAsync()
    {
        foreach (var service in (ServiceProcess[])[FarMesh, OtherMesh, HubMesh, _certs]) await service.DisposeAsync();
        await _redis.DisposeAsync();
        foreach (var port in _peerPorts) port.Dispose();
        _folder.Dispose();
    }

    private IEnumerable<int> Processes() => [HubMesh.Process.Id, OtherMesh.Process.Id, FarMesh.Process.Id, _redis.ProcessId];

    private ServiceProcess Mesh(string region, Dictionary<string, string?> settings, FieldPrograms programs) => new(
        "Nexus.Mesh",
        new Dictionary<string, string?>(settings)
        {
            ["Nexus__Mesh__Region"] = region,
            ["Nexus__Mesh__Peering__TrustedDomainSuffixes__0"] = "localhost",
            ["Nexus__Mesh__Peering__AuthorityFiles__0"] = _folder.PathOf("certs", "ca.pem"),
            ["services__certs__grpc__0"] = _certs.GrpcAddress,
        },
        programs.PathOf("Nexus.Mesh"));
}
