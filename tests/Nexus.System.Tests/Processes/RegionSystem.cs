using System.Globalization;
using System.Security.Cryptography;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>One region as real processes: a Redis, two meshes that share it, two hubs, two edges, and clients at one hub or both.</summary>
public sealed class RegionSystem : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FreePort[] _hubPorts = [FreePort.Reserve(), FreePort.Reserve()];
    private readonly FreePort[] _relayPorts = [FreePort.Reserve(), FreePort.Reserve()];
    private readonly FreePort[] _plainPorts = [FreePort.Reserve(), FreePort.Reserve()];
    private readonly string _secret = RandomNumberGenerator.GetHexString(64, lowercase: true);
    private readonly ServiceProcess _certs;
    private readonly List<RealProcess> _clients = [];
    private RedisUnderTest? _redis;

    public RegionSystem() => _certs = new("Nexus.Certs", new Dictionary<string, string?> { ["Nexus__Certs__Storage__Directory"] = _folder.PathOf("certs") });

    internal RedisUnderTest Redis => _redis ?? throw new InvalidOperationException("Not started.");

    internal ServiceProcess[] Meshes { get; private set; } = [];

    internal ServiceProcess[] Hubs { get; private set; } = [];

    internal ServiceProcess[] Edges { get; private set; } = [];

    internal TestOrigin Origin { get; } = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisUnderTest.StartAsync(RedisKind.Garnet);
        await Origin.StartAsync(_folder.Path);
        _certs.Start();
        Meshes = [Mesh(), Mesh()];
        foreach (var mesh in Meshes) mesh.Start();
        await _certs.WaitUntilHealthyAsync();
        foreach (var mesh in Meshes) await mesh.WaitUntilHealthyAsync();
        Hubs = [Hub(0), Hub(1)];
        Edges = [Edge(0), Edge(1)];
        foreach (var service in Hubs.Concat(Edges)) service.Start();
        foreach (var service in Hubs.Concat(Edges)) await service.WaitUntilHealthyAsync();
        await StartClientAsync("first.region.test", 0);
        await StartClientAsync("second.region.test", 1);
        await StartClientAsync("both.region.test", 0, 1);
    }

    /// <summary>A `nexus run` for a name at some of the hubs, once every edge serves it.</summary>
    internal async Task<RealProcess> StartClientAsync(string name, params int[] hubs)
    {
        var path = _folder.PathOf($"{name}-{_clients.Count}.yaml");
        await File.WriteAllTextAsync(path, ClientConfiguration(name, hubs), Cancellation);
        var client = RealProcess.StartDotnet(ServiceProcess.PathOf("Nexus.Client.Cli", "nexus"), ["run", "-c", path, "--ca", _folder.PathOf("certs", "ca.pem")]);
        _clients.Add(client);
        foreach (var edge in new[] { 0, 1 }) await WaitUntilServedAsync(edge, name);
        return client;
    }

    /// <summary>What a new user of a name gets at an edge: whether it was the origin's answer.</summary>
    internal async Task<bool> IsServedAsync(int edge, string name)
    {
        using var user = Origin.CreateUser(_relayPorts[edge].Port); // a connection of its own
        var uri = new Uri(string.Create(CultureInfo.InvariantCulture, $"https://{name}:{_relayPorts[edge].Port}/"));
        return await user.GetStringAsync(uri, Cancellation) == TestOrigin.Greeting;
    }

    internal Task<TimeSpan> WaitUntilServedAsync(int edge, string name) =>
        Eventually.SucceedsAsync(() => IsServedAsync(edge, name), () => $"{name} is not served by edge {edge}.\n{Describe()}");

    /// <summary>Until an edge knows the name no more.</summary>
    internal Task<TimeSpan> WaitUntilGoneAsync(int edge, string name) => Eventually.SucceedsAsync(
        async () =>
        {
            try
            {
                return !await IsServedAsync(edge, name);
            }
            catch (HttpRequestException)
            {
                return true;
            }
        },
        () => $"{name} is still served by edge {edge}.\n{Describe()}");

    internal string Describe() => string.Join('\n', Meshes.Concat(Hubs).Concat(Edges).Select((service, i) => $"-- {i}\n{service.Process.Output}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) await client.DisposeAsync();
        foreach (var service in (ServiceProcess[])[.. Edges, .. Hubs, .. Meshes, _certs]) await service.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
        await Origin.DisposeAsync();
        foreach (var port in _hubPorts.Concat(_relayPorts).Concat(_plainPorts)) port.Dispose();
        _folder.Dispose();
    }

    private ServiceProcess Mesh() => new("Nexus.Mesh", new Dictionary<string, string?> { ["ConnectionStrings__redis"] = Redis.ConnectionString });

    private ServiceProcess Hub(int number) => new("Nexus.Hub", new Dictionary<string, string?>(MeshAddresses())
    {
        ["Nexus__Hub__Sessions__ListenAddress"] = $"127.0.0.1:{_hubPorts[number].Port}",
        ["Nexus__Hub__Authentication__Secret"] = _secret,
        ["services__certs__grpc__0"] = _certs.GrpcAddress,
    });

    private ServiceProcess Edge(int number) => new("Nexus.Edge", new Dictionary<string, string?>(MeshAddresses())
    {
        ["Nexus__Edge__Listening__BindAddress"] = "127.0.0.1",
        ["Nexus__Edge__Listening__RelayPorts__0"] = _relayPorts[number].Port.ToString(CultureInfo.InvariantCulture),
        ["Nexus__Edge__PlainHttp__BindAddress"] = "127.0.0.1",
        ["Nexus__Edge__PlainHttp__Port"] = _plainPorts[number].Port.ToString(CultureInfo.InvariantCulture),
    });

    private Dictionary<string, string?> MeshAddresses() =>
        Meshes.Select((mesh, i) => KeyValuePair.Create($"services__mesh__grpc__{i}", (string?)mesh.GrpcAddress)).ToDictionary();

    private string ClientConfiguration(string name, int[] hubs) => string.Create(CultureInfo.InvariantCulture, $"""
        backends:
          - name: test
            hostnames: [{name}]
            nexusAddresses: [{string.Join(", ", hubs.Select(hub => $"\"wss://localhost:{_hubPorts[hub].Port}/connect\""))}]
            attestation:
              hmacSecret: "{_secret}"
            portMappings:
              {_relayPorts[0].Port}:
                default: 127.0.0.1:{Origin.HttpsPort}
              {_relayPorts[1].Port}:
                default: 127.0.0.1:{Origin.HttpsPort}

        """);
}
