using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Nexus.Certs.Identities;
using Nexus.Identities;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>
/// A node whose services call each other over mutual TLS, as on several hosts: each has joined with a token of its own. All say everything
/// that they can say, also to a collector.
/// </summary>
public sealed class SecuredSystem : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FreePort _hubPort = FreePort.Reserve();
    private readonly FreePort _relayPort = FreePort.Reserve();
    private readonly FreePort _plainPort = FreePort.Reserve();
    private readonly FreePort _peerPort = FreePort.Reserve();
    private RealProcess? _client;

    internal ServiceProcess Certs { get; private set; } = NotStarted();

    internal ServiceProcess Mesh { get; private set; } = NotStarted();

    internal ServiceProcess Hub { get; private set; } = NotStarted();

    internal ServiceProcess Edge { get; private set; } = NotStarted();

    internal TestOrigin Origin { get; } = new();

    /// <summary>What must not be seen anywhere: all that this system has is planted.</summary>
    internal SecretScan Scan { get; } = new();

    /// <summary>Of backends' tokens.</summary>
    internal string BackendsSecret { get; } = NewSecret();

    internal RealProcess Client => _client ?? throw new InvalidOperationException("Not started.");

    /// <summary>What all services and the client have exported.</summary>
    internal OtlpCollector Telemetry { get; } = new();

    /// <summary>With a password; null where there is no redis-server: the mesh then keeps all to itself.</summary>
    internal RedisUnderTest? Redis { get; private set; }

    internal int HubPort => _hubPort.Port;

    internal IReadOnlyList<ServiceProcess> Services => [Certs, Mesh, Hub, Edge];

    /// <summary>What the clients of the hub trust.</summary>
    internal string AuthorityFile => _folder.PathOf("certs", "ca.pem");

    /// <summary>Where services keep what they must not lose.</summary>
    internal IReadOnlyList<string> StateFolders => [_folder.PathOf("certs"), _folder.PathOf("identities")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Scan.Plant("the secret of backends' tokens", BackendsSecret);
        await Telemetry.StartAsync();
        if (DebianProgram.Find("redis-server") is not null) Redis = await StartRedisAsync();
        await Origin.StartAsync(_folder.Path);
        Certs = Service("Nexus.Certs", new() { ["Nexus__Certs__Storage__Directory"] = _folder.PathOf("certs") });
        Certs.Start();
        await Certs.WaitUntilHealthyAsync();
        Mesh = Service("Nexus.Mesh", new(await IdentityAsync(ServiceRole.Mesh))
        {
            ["Nexus__Mesh__Peering__ListenAddress"] = _peerPort.EndPoint.ToString(),
            ["Nexus__Mesh__Peering__TrustedDomainSuffixes__0"] = "peers.test",
            ["ConnectionStrings__redis"] = Redis is null ? null : $"{Redis.ConnectionString},password={Redis.Password}",
        });
        Hub = Service("Nexus.Hub", new(await IdentityAsync(ServiceRole.Hub))
        {
            ["services__mesh__grpc__0"] = Mesh.GrpcAddress,
            ["Nexus__Hub__Sessions__ListenAddress"] = _hubPort.EndPoint.ToString(),
            ["Nexus__Hub__Authentication__Secret"] = BackendsSecret,
            ["Nexus__Hub__Authentication__Secrets__0"] = PlantNew("the second secret of backends' tokens"),
            ["Nexus__Hub__Authentication__SecretsById__next"] = PlantNew("the secret of backends' tokens with a key id"),
            ["Nexus__Hub__HandOver__Enabled"] = "false", // as on another host
        });
        Edge = Service("Nexus.Edge", new(await IdentityAsync(ServiceRole.Edge))
        {
            ["services__mesh__grpc__0"] = Mesh.GrpcAddress,
            ["Nexus__Edge__Listening__BindAddress"] = "127.0.0.1",
            ["Nexus__Edge__Listening__RelayPorts__0"] = _relayPort.Port.ToString(CultureInfo.InvariantCulture),
            ["Nexus__Edge__PlainHttp__BindAddress"] = "127.0.0.1",
            ["Nexus__Edge__PlainHttp__Port"] = _plainPort.Port.ToString(CultureInfo.InvariantCulture),
        });
        ServiceProcess[] others = [Mesh, Hub, Edge];
        foreach (var service in others) service.Start();
        foreach (var service in others) await service.WaitUntilHealthyAsync();
        await StartClientAsync();
    }

    /// <summary>Whether a new user gets the origin's answer.</summary>
    internal async Task<bool> IsServedAsync()
    {
        using var user = Origin.CreateUser(_relayPort.Port);
        var uri = new Uri(string.Create(CultureInfo.InvariantCulture, $"https://app.test:{_relayPort.Port}/"));
        return await user.GetStringAsync(uri, Cancellation) == TestOrigin.Greeting;
    }

    /// <summary>`Nexus.Certs join-token ROLE`, beside the Certs that runs: its standard output.</summary>
    internal async Task<string> MakeTokenAsync(string role)
    {
        await using var command = RealProcess.StartDotnet(
            ServiceProcess.PathOf("Nexus.Certs"), ["join-token", role], new Dictionary<string, string?> { ["Nexus__Certs__Storage__Directory"] = _folder.PathOf("certs") });
        Assert.Equal(0, await command.WaitForExitAsync(Cancellation));
        var token = Assert.Single(command.Lines, line => !line.IsError).Text;
        Scan.Plant($"the join token of {role}", token.Split('.')[3]);
        return token;
    }

    /// <summary>Another process of the system, not started; it is the caller's.</summary>
    internal ServiceProcess CreateAnother(string project, Dictionary<string, string?> settings) => Service(project, settings);

    /// <summary>A secret that is not to be seen either.</summary>
    internal string PlantNew(string name)
    {
        var secret = NewSecret();
        Scan.Plant(name, secret);
        return secret;
    }

    /// <summary>An identity as Certs would give it, or would have given it.</summary>
    internal (X509Certificate2 Leaf, X509Certificate2 Root) Forge(ServiceRole role, DateTimeOffset issued)
    {
        using var authority = CertificateAuthority.FromPem(File.ReadAllText(_folder.PathOf("certs", "services.pem")));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = authority.IssueIdentity(role, new PublicKey(key), issued, TimeSpan.FromHours(24));
        return (certificate.CopyWithPrivateKey(key), X509CertificateLoader.LoadCertificate(authority.Root.RawData));
    }

    internal string Describe() => string.Join('\n', new[] { Certs, Mesh, Hub, Edge }.Select(service => service.Process.Output));

    public async ValueTask DisposeAsync()
    {
        if (_client is not null) await _client.DisposeAsync();
        foreach (var service in new[] { Edge, Hub, Mesh, Certs }) await service.DisposeAsync();
        if (Redis is not null) await Redis.DisposeAsync();
        await Telemetry.DisposeAsync();
        await Origin.DisposeAsync();
        foreach (var port in new[] { _hubPort, _relayPort, _plainPort, _peerPort }) port.Dispose();
        _folder.Dispose();
    }

    private static ServiceProcess NotStarted() => new("Nexus.Certs", new Dictionary<string, string?>());

    private static string NewSecret() => RandomNumberGenerator.GetHexString(64, lowercase: true);

    private ServiceProcess Service(string project, Dictionary<string, string?> settings) => new(project, Telemetry.With(settings)) { IsSecure = true, IsOpen = true };

    private async Task<RedisUnderTest> StartRedisAsync()
    {
        var redis = await RedisUnderTest.StartAsync(RedisKind.Redis);
        var password = PlantNew("the password of Redis");
        await redis.SendAsync("CONFIG", "SET", "slowlog-log-slower-than", "0", "slowlog-max-len", "10000"); // it remembers every command
        await redis.SendAsync("CONFIG", "SET", "requirepass", password); // not an argument of it
        redis.Password = password;
        await redis.SendAsync("SLOWLOG", "RESET");
        return redis;
    }

    private async Task<Dictionary<string, string?>> IdentityAsync(ServiceRole role)
    {
        var file = _folder.PathOf($"{role}.token");
        await File.WriteAllTextAsync(file, await MakeTokenAsync(role.ToWord()), Cancellation);
        return new()
        {
            ["services__certs__grpc__0"] = Certs.GrpcAddress,
            ["Nexus__Identity__Directory"] = _folder.PathOf("identities"),
            ["Nexus__Identity__JoinTokenFile"] = file,
        };
    }

    private async Task StartClientAsync()
    {
        var path = _folder.PathOf("client.yaml");
        await File.WriteAllTextAsync(
            path,
            string.Create(CultureInfo.InvariantCulture, $"""
            backends:
              - name: test
                hostnames: [app.test]
                nexusAddresses: ["wss://localhost:{_hubPort.Port}/connect"]
                attestation:
                  hmacSecret: "{BackendsSecret}"
                portMappings:
                  {_relayPort.Port}:
                    default: 127.0.0.1:{Origin.HttpsPort}

            """),
            Cancellation);
        _client = RealProcess.StartDotnet(ServiceProcess.PathOf("Nexus.Client.Cli", "nexus"), ["run", "-c", path, "--ca", AuthorityFile, "--log-level", "trace"], Telemetry.With(new()));
        await Eventually.SucceedsAsync(IsServedAsync, () => $"app.test is not served.\n{Describe()}\n{_client.Output}");
    }
}
