using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Nexus.SystemTests.Processes;
using Nexus.Testing;

namespace Nexus.SystemTests.Chaos;

/// <summary>
/// Two regions as real processes, each with two edges, two hubs, two meshes and two clients; they share a Redis, in which they find each other, and
/// dial each other through lines that the test can break. Users of the first come to hubs by hand-over, those of the second by gRPC.
/// </summary>
internal sealed class ChaosSystem : IAsyncDisposable
{
    private const int MeshesPerRegion = 2;

    private static readonly string[] s_regions = ["a", "b"];

    // Each line with its time, so that those of several processes can be put in order.
    private static readonly Dictionary<string, string?> s_logging = new()
    {
        ["Logging__Console__FormatterName"] = "simple",
        ["Logging__Console__FormatterOptions__SingleLine"] = "true",
        ["Logging__Console__FormatterOptions__TimestampFormat"] = "HH:mm:ss.fff ",
        ["Logging__Console__FormatterOptions__UseUtcTimestamp"] = "true",
        ["Logging__LogLevel__Nexus"] = Environment.GetEnvironmentVariable("NEXUS_CHAOS_LOG_LEVEL"),
    };

    private readonly HttpClient _pages = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TestTimeouts.Default };

    private readonly TemporaryFolder _folder = new();
    private readonly string _secret = RandomNumberGenerator.GetHexString(64, lowercase: true);
    private readonly TestOrigin _origin = new();
    private readonly ServiceProcess _certs;
    private readonly FreePort[] _peerPorts = [.. s_regions.SelectMany(_ => new[] { FreePort.Reserve(), FreePort.Reserve() })];
    private readonly ChaosProxy[] _lines;
    private readonly RegionServices[] _services;
    private readonly Dictionary<ServicePart, int> _relayPorts = [];
    private readonly List<ClientPart> _clients = [];
    private readonly List<BackendSession> _sessions = [];
    private readonly RedisUnderTest _redis;

    private ChaosSystem(RedisUnderTest redis)
    {
        _redis = redis;
        _certs = new("Nexus.Certs", new Dictionary<string, string?> { ["Nexus__Certs__Storage__Directory"] = _folder.PathOf("certs") });
        _lines = [.. _peerPorts.Select(port => new ChaosProxy(port.Port))];
        _services = [.. s_regions.Select((region, i) => new RegionServices(_certs, _secret, number => MeshSettings(region, (2 * i) + number), handsOver: i == 0, s_logging))];
        Edges = [.. Parts(PartKind.Edge, services => services.Edges)];
        Hubs = [.. Parts(PartKind.Hub, services => services.Hubs)];
        Meshes = [.. Parts(PartKind.Mesh, services => services.Meshes, IsLinkedAsync)];
        foreach (var (i, edge) in Edges.Index()) _relayPorts.Add(edge, _services[i / 2].RelayPort(i % 2));
        Links = [.. _lines.Select((line, i) => new LinkPart($"the way to {Meshes[i].Name}", line))];
        Border = new LinkPart("all ways between the regions", _lines);
    }

    public IReadOnlyList<ServicePart> Edges { get; }

    public IReadOnlyList<ServicePart> Hubs { get; }

    public IReadOnlyList<ServicePart> Meshes { get; }

    /// <summary>To the mesh of the same number.</summary>
    public IReadOnlyList<LinkPart> Links { get; }

    public LinkPart Border { get; }

    /// <summary>All that clients have when everything is well.</summary>
    public IReadOnlyList<BackendSession> Sessions => _sessions;

    /// <summary>What users ask for.</summary>
    public IReadOnlyList<string> Names => [.. _sessions.SelectMany(session => session.Names).Distinct()];

    /// <summary>All that may be hit.</summary>
    public IReadOnlyList<ChaosPart> All { get; private set; } = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Returns when all services are healthy and the clients run.</summary>
    public static async Task<ChaosSystem> StartAsync()
    {
        var redis = await RedisUnderTest.StartAsync(DebianProgram.Find("redis-server") is null ? RedisKind.Garnet : RedisKind.Redis);
        var system = new ChaosSystem(redis);
        var isStarted = false;
        try
        {
            await system.StartServicesAsync();
            isStarted = true;
            return system;
        }
        finally
        {
            if (!isStarted) await system.DisposeAsync();
        }
    }

    /// <summary>A new user: null when it was served, else why not.</summary>
    public async Task<string?> VisitAsync(ServicePart edge, string name, TimeSpan patience)
    {
        var port = _relayPorts[edge];
        using var user = _origin.CreateUser(port);
        using var late = new CancellationTokenSource(patience);
        try
        {
            var answer = await user.GetStringAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"https://{name}:{port}/")), late.Token);
            return answer == TestOrigin.Greeting ? null : $"Another's answer: {answer}";
        }
        catch (OperationCanceledException)
        {
            return $"No answer within {patience.TotalSeconds:0} s";
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return string.Join(" / ", Causes(e).Select(cause => cause.Message));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) await client.DisposeAsync();
        foreach (var services in _services) await services.DisposeAsync();
        await _certs.DisposeAsync();
        foreach (var line in _lines) await line.DisposeAsync();
        foreach (var port in _peerPorts) port.Dispose();
        await _redis.DisposeAsync();
        await _origin.DisposeAsync();
        _pages.Dispose();
        _folder.Dispose();
    }

    private static IEnumerable<Exception> Causes(Exception? e)
    {
        for (; e is not null; e = e.InnerException) yield return e;
    }

    private IEnumerable<ServicePart> Parts(PartKind kind, Func<RegionServices, ServiceProcess[]> choose, Func<ServiceProcess, Task<bool>>? isBack = null) =>
        from region in s_regions.Index()
        from service in choose(_services[region.Index]).Index()
        let name = string.Create(CultureInfo.InvariantCulture, $"{region.Item}.{kind}{service.Index}").ToLowerInvariant()
        select new ServicePart(name, kind, region.Item, service.Item, isBack is null ? null : () => isBack(service.Item));

    private async Task<bool> IsRedisUsedAsync() =>
        (await Task.WhenAll(Meshes.Select(mesh => _pages.GetStringAsync(new Uri($"{mesh.Service.HttpAddress}/health"), Cancellation)))).All(health => health.Contains("Healthy", StringComparison.Ordinal));

    /// <summary>Whether a mesh has a link to each of the other region's.</summary>
    private async Task<bool> IsLinkedAsync(ServiceProcess mesh)
    {
        using var topology = JsonDocument.Parse(await _pages.GetStringAsync(new Uri($"{mesh.HttpAddress}/topology"), Cancellation));
        var links = topology.RootElement.GetProperty("links").EnumerateArray().Where(link => link.GetProperty("takes_users").GetBoolean());
        return links.Select(link => link.GetProperty("node").GetString()).Distinct().Count() == MeshesPerRegion;
    }

    private Dictionary<string, string?> MeshSettings(string region, int number) => new()
    {
        ["ConnectionStrings__redis"] = _redis.ConnectionString,
        ["Nexus__Mesh__Region"] = region,
        ["Nexus__Mesh__Peering__ListenAddress"] = $"127.0.0.1:{_peerPorts[number].Port}",
        ["Nexus__Mesh__Peering__PublicUrl"] = $"wss://localhost:{_lines[number].Port}/mesh",
        ["Nexus__Mesh__Peering__TrustedDomainSuffixes__0"] = "localhost",
        ["Nexus__Mesh__Peering__AuthorityFiles__0"] = _folder.PathOf("certs", "ca.pem"),
        ["services__certs__grpc__0"] = _certs.GrpcAddress,
    };

    private async Task StartServicesAsync()
    {
        await _origin.StartAsync(_folder.Path);
        _certs.Start();
        await _certs.WaitUntilHealthyAsync();
        await Task.WhenAll(_services.Select(services => services.StartAsync()));
        foreach (var (i, region) in s_regions.Index()) await StartClientsAsync(i, region);
        All = [.. Edges, .. Hubs, .. Meshes, .. _clients, new RedisPart(_redis, IsRedisUsedAsync), .. Links, Border];
    }

    /// <summary>
    /// Names with every kind of redundancy: one client at one hub (first, second), a client at each hub (shared), one client at both (both), and the
    /// same in the other region too (everywhere).
    /// </summary>
    private async Task StartClientsAsync(int number, string region)
    {
        string Name(string kind) => $"{kind}-{region}.region.test";

        await StartClientAsync(number, 0, ([Name("first"), Name("shared")], [0]), ([Name("both"), "everywhere.region.test"], [0, 1]));
        await StartClientAsync(number, 1, ([Name("second"), Name("shared")], [1]));
    }

    private async Task StartClientAsync(int region, int number, params (IReadOnlyList<string> Names, IReadOnlyList<int> Hubs)[] backends)
    {
        var services = _services[region];
        var name = string.Create(CultureInfo.InvariantCulture, $"{s_regions[region]}.client{number}");
        var path = _folder.PathOf($"{name}.yaml");
        var file = new ClientFile(_secret, [.. _relayPorts.Values], _origin.HttpsPort);
        await File.WriteAllTextAsync(path, file.With(backends.Select(backend => (backend.Names, (IReadOnlyList<int>)[.. backend.Hubs.Select(services.HubPort)]))), Cancellation);
        var client = new ClientPart(name, path, _folder.PathOf("certs", "ca.pem"));
        _clients.Add(client);
        foreach (var (names, hubs) in backends) _sessions.AddRange(hubs.Select(hub => new BackendSession(client, Hubs[(2 * region) + hub], services.HubPort(hub), names)));
        client.Start();
    }
}
