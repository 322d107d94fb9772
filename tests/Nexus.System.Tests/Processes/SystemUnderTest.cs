using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Nexus.Client;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>
/// All of Nexus as real processes on loopback: certs, mesh, hub, edge and one <c>nexus run</c>, in front of an origin that
/// ends its own TLS.
/// </summary>
public class SystemUnderTest : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FreePort _hubPort = FreePort.Reserve();
    private readonly FreePort _relayPort = FreePort.Reserve();
    private readonly FreePort _plainPort = FreePort.Reserve();
    private readonly FreePort _udpPort = FreePort.Reserve();
    private readonly FreePort _peerPort = FreePort.Reserve();
    private readonly ServiceProcess _certs;
    private readonly FreePort _socksPort = FreePort.Reserve();
    private readonly FreePort _closedPort = FreePort.Reserve(); // behind down.test: nobody listens there
    private readonly SemaphoreSlim _startingOutbound = new(1);
    private RealProcess? _client;
    private RealProcess? _outboundClient;

    public SystemUnderTest()
        : this(handsOver: true)
    {
    }

    /// <param name="handsOver">Whether users come to the hub by hand-over.</param>
    /// <param name="isFar">Whether the edge is in another region than all else, which it reaches through two meshes.</param>
    private protected SystemUnderTest(bool handsOver, bool isFar = false)
    {
        _certs = new("Nexus.Certs", new Dictionary<string, string?> { ["Nexus__Certs__Storage__Directory"] = _folder.PathOf("certs") });
        Mesh = new("Nexus.Mesh", isFar ? PeeringSettings("far", new() { ["ListenAddress"] = $"127.0.0.1:{_peerPort.Port}" }) : []);
        if (isFar) NearMesh = new("Nexus.Mesh", PeeringSettings("near", new() { ["Peers__0"] = $"wss://localhost:{_peerPort.Port}/mesh" }));
        Hub = new("Nexus.Hub", new Dictionary<string, string?>
        {
            ["Nexus__Hub__HandOver__SocketPath"] = HandOverPath,
            ["Nexus__Hub__Sessions__ListenAddress"] = $"127.0.0.1:{_hubPort.Port}",
            ["Nexus__Hub__Authentication__Secret"] = Secret,
            ["Nexus__Hub__Authentication__AllowOutbound"] = "true",
            ["Nexus__Hub__Outbound__AllowedNetworks__0"] = "127.0.0.0/8",
            ["Nexus__Hub__Outbound__AllowedNetworks__1"] = "::1/128",
            ["Nexus__Hub__Outbound__DeniedNetworks__0"] = DeniedAddress,
            ["Nexus__Hub__Authentication__AllowedUdpPortClaims__0"] = UdpPort.ToString(CultureInfo.InvariantCulture),
            ["services__certs__grpc__0"] = _certs.GrpcAddress,
            ["services__mesh__grpc__0"] = Mesh.GrpcAddress,
        });
        Edge = new("Nexus.Edge", new Dictionary<string, string?>
        {
            ["Nexus__Edge__HandOver__Enabled"] = handsOver.ToString(),
            ["Nexus__Edge__Listening__BindAddress"] = "127.0.0.1",
            ["Nexus__Edge__Listening__RelayPorts__0"] = RelayPort.ToString(CultureInfo.InvariantCulture),
            ["Nexus__Edge__Datagrams__Ports__0"] = UdpPort.ToString(CultureInfo.InvariantCulture),
            ["Nexus__Edge__PlainHttp__BindAddress"] = "127.0.0.1",
            ["Nexus__Edge__PlainHttp__Port"] = PlainPort.ToString(CultureInfo.InvariantCulture),
            ["services__mesh__grpc__0"] = (NearMesh ?? Mesh).GrpcAddress,
        });
    }

    /// <summary>On loopback, but not to be dialled through the hub.</summary>
    public const string DeniedAddress = "127.0.0.66";

    /// <summary>What the hub's tokens are signed with.</summary>
    public string Secret { get; } = RandomNumberGenerator.GetHexString(64, lowercase: true);

    /// <summary>Where the hub takes sockets.</summary>
    public string HandOverPath => _folder.PathOf("hub.sock");

    /// <summary>Where backends dial.</summary>
    public int HubPort => _hubPort.Port;

    /// <summary>Who vouches for the hub.</summary>
    public string HubAuthorityFile => _folder.PathOf("certs", "ca.pem");

    /// <summary>Stands for 443.</summary>
    public int RelayPort => _relayPort.Port;

    /// <summary>Stands for 80.</summary>
    public int PlainPort => _plainPort.Port;

    /// <summary>Stands for UDP 53: only the TCP port of the number is reserved, nobody else asks for the other.</summary>
    public int UdpPort => _udpPort.Port;

    internal ServiceProcess Mesh { get; }

    /// <summary>Of the edge's region, if that is another one.</summary>
    internal ServiceProcess? NearMesh { get; }

    internal ServiceProcess Hub { get; }

    internal ServiceProcess Edge { get; }

    internal TestOrigin Origin { get; } = new();

    /// <summary>Behind raw.test: a service in plain TCP that the test plays.</summary>
    internal RawService Raw { get; } = new();

    /// <summary>Behind <see cref="UdpPort"/>.</summary>
    internal UdpEcho Udp { get; } = new();

    internal RealProcess Client => _client ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync()
    {
        await Origin.StartAsync(_folder.Path);
        _certs.Start();
        await _certs.WaitUntilHealthyAsync();
        foreach (var mesh in Meshes) mesh.Start();
        foreach (var mesh in Meshes) await mesh.WaitUntilHealthyAsync();
        Hub.Start();
        Edge.Start();
        await Hub.WaitUntilHealthyAsync();
        await Edge.WaitUntilHealthyAsync();
        _client = StartClient();
        await WaitUntilServedAsync();
    }

    /// <summary>The next one, after a test has killed it. Users are served a moment later.</summary>
    internal async Task RestartClientAsync()
    {
        await Client.DisposeAsync();
        _client = StartClient();
    }

    /// <summary>Until a request gets through, and how long that took.</summary>
    public async Task<TimeSpan> WaitUntilServedAsync()
    {
        using var user = CreateUser();
        return await Eventually.SucceedsAsync(
            async () => await user.GetStringAsync(new Uri($"https://app.test:{RelayPort}/"), TestContext.Current.CancellationToken) == TestOrigin.Greeting,
            () => $"No answer.\n-- client\n{Client.Output}\n-- hub\n{Hub.Process.Output}\n-- edge\n{Edge.Process.Output}");
    }

    /// <summary>Another <c>nexus run</c> for these names.</summary>
    internal RealProcess StartClient(string file, string? secret, params string[] names) => StartClientAt(HubPort, file, secret, names);

    /// <summary>The same, through a line that ends at this port; linked.test is behind it. Returns when users are served over it.</summary>
    internal async Task<RealProcess> StartLinkedClientAsync(int port)
    {
        var client = StartClientAt(port, "linked.yaml", Secret, [RawService.LinkedName]);
        using var user = Origin.CreateUser(PlainPort);
        await Eventually.SucceedsAsync(
            async () => await user.GetStringAsync(new Uri($"http://{RawService.LinkedName}:{PlainPort}/"), TestContext.Current.CancellationToken) == TestOrigin.Greeting,
            () => $"Never served.\n{client.Output}\n{Hub.Process.Output}");
        return client;
    }

    private RealProcess StartClient() => StartClient("client.yaml", Secret, "app.test", "second.test", "raw.test", "down.test");

    private RealProcess StartClientAt(int hubPort, string file, string? secret, string[] names)
    {
        var path = _folder.PathOf(file);
        File.WriteAllText(path, ClientConfiguration(hubPort, secret ?? Secret, names));
        return RealProcess.StartDotnet(ServiceProcess.PathOf("Nexus.Client.Cli", "nexus"), ["run", "-c", path, "--ca", HubAuthorityFile]);
    }

    /// <summary>The `nexus run` that applications leave through; started by <see cref="OutboundPortAsync"/>.</summary>
    internal RealProcess OutboundClient => _outboundClient ?? throw new InvalidOperationException("Not started.");

    /// <summary>The SOCKS5 port of a `nexus run` that may dial out, once its session is up.</summary>
    internal async Task<int> OutboundPortAsync()
    {
        await _startingOutbound.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_outboundClient is not null) return _socksPort.Port;
            var port = _socksPort.Port;
            _socksPort.Dispose();
            var path = _folder.PathOf("outbound.yaml");
            await File.WriteAllTextAsync(path, OutboundConfiguration(port), TestContext.Current.CancellationToken);
            _outboundClient = RealProcess.StartDotnet(ServiceProcess.PathOf("Nexus.Client.Cli", "nexus"), ["run", "-c", path, "--ca", HubAuthorityFile]);
            await _outboundClient.WaitForLineAsync("session open", TestContext.Current.CancellationToken);
            return port;
        }
        finally
        {
            _startingOutbound.Release();
        }
    }

    /// <summary>A client in the test's own process that may dial out.</summary>
    internal NexusBackendOptions OutboundOptions() => new()
    {
        Name = "embedded",
        Hostnames = ["embedded.test"],
        NexusAddresses = [$"wss://localhost:{_hubPort.Port}/connect"],
        Attestation = new() { HmacSecret = Secret, OutboundAllowed = true },
        PortMappings = new Dictionary<int, NexusPortMapping> { [RelayPort] = new() { Default = $"127.0.0.1:{Origin.HttpsPort}" } },
        Transport = new() { ServerCertificateAuthorities = [X509Certificate2.CreateFromPem(File.ReadAllText(HubAuthorityFile))] },
    };

    /// <summary>A user who resolves every name to us and trusts the origin's authority.</summary>
    internal HttpClient CreateUser() => Origin.CreateUser(RelayPort);

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_client is not null) await _client.DisposeAsync();
        if (_outboundClient is not null) await _outboundClient.DisposeAsync();
        _startingOutbound.Dispose();
        foreach (var service in (ServiceProcess[])[Edge, Hub, .. Meshes, _certs]) await service.DisposeAsync();
        await Origin.DisposeAsync();
        Raw.Dispose();
        await Udp.DisposeAsync();
        foreach (var port in new[] { _hubPort, _relayPort, _plainPort, _udpPort, _closedPort, _peerPort }) port.Dispose();
        _folder.Dispose();
    }

    private IEnumerable<ServiceProcess> Meshes => NearMesh is { } near ? [Mesh, near] : [Mesh];

    private Dictionary<string, string?> PeeringSettings(string region, Dictionary<string, string> settings) =>
        new(settings.Select(setting => KeyValuePair.Create($"Nexus__Mesh__Peering__{setting.Key}", (string?)setting.Value)))
        {
            ["Nexus__Mesh__Region"] = region,
            ["Nexus__Mesh__Peering__TrustedDomainSuffixes__0"] = "localhost",
            ["Nexus__Mesh__Peering__AuthorityFiles__0"] = HubAuthorityFile,
            ["services__certs__grpc__0"] = _certs.GrpcAddress,
        };

    private string ClientConfiguration(int hubPort, string secret, string[] names) => string.Create(CultureInfo.InvariantCulture, $"""
        backends:
          - name: test
            hostnames: [{string.Join(", ", names)}]
            nexusAddresses: ["wss://localhost:{hubPort}/connect"]
            attestation:
              hmacSecret: "{secret}"
            udpRoutes: [{(names.Contains("app.test") ? $"{{port: {UdpPort}, flowIdleTimeoutSeconds: 60}}" : "")}]
            portMappings:
              {RelayPort}:
                default: 127.0.0.1:{Origin.HttpsPort}
                hosts:
                  raw.test: 127.0.0.1:{Raw.Port}
                  {RawService.LinkedName}: 127.0.0.1:{Raw.Port}
                  down.test: 127.0.0.1:{_closedPort.Port}
              {UdpPort}:
                default: 127.0.0.1:{Udp.Port}
              {PlainPort}:
                default: 127.0.0.1:{Origin.HttpPort}
                hosts:
                  second.test: 127.0.0.1:{Origin.SecondHttpPort}
                  raw.test: 127.0.0.1:{Raw.Port}
                  down.test: 127.0.0.1:{_closedPort.Port}

        """);

    private string OutboundConfiguration(int port) => string.Create(CultureInfo.InvariantCulture, $"""
        backends:
          - name: outbound
            hostnames: [outbound.test]
            nexusAddresses: ["wss://localhost:{_hubPort.Port}/connect"]
            attestation:
              hmacSecret: "{Secret}"
              outboundAllowed: true
            portMappings:
              {RelayPort}:
                default: 127.0.0.1:{Origin.HttpsPort}
            socks5ListenAddr: 127.0.0.1:{port}

        """);
}
