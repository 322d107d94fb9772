using System.Globalization;
using System.Security.Cryptography;
using Nexus.SystemTests.Chaos;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>One region as real processes: a Redis, two meshes that share it, two hubs, two edges, and clients at one hub or both.</summary>
public sealed class RegionSystem : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _secret = RandomNumberGenerator.GetHexString(64, lowercase: true);
    private readonly ServiceProcess _certs;
    private readonly List<RealProcess> _clients = [];
    private RedisUnderTest? _redis;
    private RegionServices? _services;

    public RegionSystem() => _certs = new("Nexus.Certs", new Dictionary<string, string?> { ["Nexus__Certs__Storage__Directory"] = _folder.PathOf("certs") });

    internal RedisUnderTest Redis => _redis ?? throw new InvalidOperationException("Not started.");

    internal ServiceProcess[] Meshes => Services.Meshes;

    internal ServiceProcess[] Hubs => Services.Hubs;

    internal TestOrigin Origin { get; } = new();

    private RegionServices Services => _services ?? throw new InvalidOperationException("Not started.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisUnderTest.StartAsync(RedisKind.Garnet);
        await Origin.StartAsync(_folder.Path);
        _certs.Start();
        await _certs.WaitUntilHealthyAsync();
        _services = new(_certs, _secret, _ => new() { ["ConnectionStrings__redis"] = Redis.ConnectionString });
        await _services.StartAsync();
        await StartClientAsync("first.region.test", 0);
        await StartClientAsync("second.region.test", 1);
        await StartClientAsync("both.region.test", 0, 1);
    }

    /// <summary>A `nexus run` for a name at some of the hubs, once every edge serves it.</summary>
    internal async Task<RealProcess> StartClientAsync(string name, params int[] hubs)
    {
        var path = _folder.PathOf($"{name}-{_clients.Count}.yaml");
        await File.WriteAllTextAsync(path, new ClientFile(_secret, [Services.RelayPort(0), Services.RelayPort(1)], Origin.HttpsPort).With(([name], [.. hubs.Select(Services.HubPort)])), Cancellation);
        var client = RealProcess.StartDotnet(ServiceProcess.PathOf("Nexus.Client.Cli", "nexus"), ["run", "-c", path, "--ca", _folder.PathOf("certs", "ca.pem")]);
        _clients.Add(client);
        foreach (var edge in new[] { 0, 1 }) await WaitUntilServedAsync(edge, name);
        return client;
    }

    /// <summary>What a new user of a name gets at an edge: whether it was the origin's answer.</summary>
    internal async Task<bool> IsServedAsync(int edge, string name)
    {
        using var user = Origin.CreateUser(Services.RelayPort(edge)); // a connection of its own
        var uri = new Uri(string.Create(CultureInfo.InvariantCulture, $"https://{name}:{Services.RelayPort(edge)}/"));
        return await user.GetStringAsync(uri, Cancellation) == TestOrigin.Greeting;
    }

    internal Task<TimeSpan> WaitUntilServedAsync(int edge, string name) =>
        Eventually.SucceedsAsync(() => IsServedAsync(edge, name), () => $"{name} is not served by edge {edge}.\n{Describe()}");

    /// <summary>Until every edge knows that the name is served at this hub, too.</summary>
    internal async Task WaitUntilServedByAsync(int hub, string name)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        foreach (var edge in Services.Edges)
        {
            await Eventually.SucceedsAsync(
                async () => (await EdgeTable.ReadAsync(client, edge, Cancellation)).Any(line => line.StartsWith($"{name} at {Hubs[hub].GrpcAddress},", StringComparison.Ordinal)),
                () => $"{name} is not served by hub {hub}.\n{Describe()}");
        }
    }

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

    internal string Describe() => string.Join('\n', Services.All.Select((service, i) => $"-- {i}\n{service.Process.Output}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) await client.DisposeAsync();
        if (_services is not null) await _services.DisposeAsync();
        await _certs.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
        await Origin.DisposeAsync();
        _folder.Dispose();
    }
}
