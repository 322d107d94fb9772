using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Nexus.Client;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>A whole node whose certificate comes from an authority (Debian's pebble), with a client behind it and a peer that it dials.</summary>
internal sealed class CertifiedNode : IAsyncDisposable
{
    public const string Host = "node.example.test";

    private readonly TemporaryFolder _folder = new();
    private readonly FreePort _hubPort = FreePort.Reserve();
    private readonly FreePort _relayPort = FreePort.Reserve();
    private readonly FreePort _plainPort;
    private readonly FreePort _peerPort = FreePort.Reserve();
    private readonly string _secret = RandomNumberGenerator.GetHexString(64, lowercase: true);
    private readonly List<ServiceProcess> _services = [];
    private NexusClient? _client;

    private CertifiedNode(PebbleProcess pebble, FreePort plainPort) => (Pebble, _plainPort) = (pebble, plainPort);

    public PebbleProcess Pebble { get; }

    public TestOrigin Origin { get; } = new();

    public PeerEar Peer { get; } = new();

    public IPEndPoint Hub => _hubPort.EndPoint;

    public IPEndPoint Mesh => _peerPort.EndPoint;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<CertifiedNode> StartAsync(TimeSpan certificateValidity)
    {
        var plainPort = FreePort.Reserve();
        var node = new CertifiedNode(await PebbleProcess.StartAsync(new() { HttpPort = plainPort.Port, NonceRejectPercent = 20, CertificateValidity = certificateValidity }), plainPort);
        try
        {
            await node.StartServicesAsync();
            return node;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or InvalidOperationException or IOException or HttpRequestException or Xunit.Sdk.XunitException)
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>A user of app.test, on one connection as long as it lives.</summary>
    public HttpClient CreateUser() => Origin.CreateUser(_relayPort.Port);

    /// <summary>What a user of app.test asks for.</summary>
    public Uri Address(string path) => new(string.Create(CultureInfo.InvariantCulture, $"https://app.test:{_relayPort.Port}/{path}"));

    /// <summary>Whether a certificate is for the node and leads to the root. Not by the time: lives of seconds end while a busy machine is at something else.</summary>
    public static bool IsTrusted(X509Certificate2 root, X509Certificate? shown, X509Chain? sent)
    {
        if (shown is not X509Certificate2 leaf || !leaf.MatchesHostname(Host)) return false;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(root.RawData));
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.VerificationTime = leaf.NotBefore.AddSeconds(1);
        if (sent is not null) own.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        return own.Build(leaf);
    }

    public string Describe() => string.Join('\n', _services.Select(service => service.Process.Output).Append(Pebble.Output));

    public async ValueTask DisposeAsync()
    {
        if (_client is not null) await _client.DisposeAsync();
        foreach (var service in _services) await service.DisposeAsync();
        await Peer.DisposeAsync();
        await Origin.DisposeAsync();
        await Pebble.DisposeAsync();
        foreach (var port in new[] { _hubPort, _relayPort, _plainPort, _peerPort }) port.Dispose();
        _folder.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task StartServicesAsync()
    {
        await Origin.StartAsync(_folder.Path);
        await File.WriteAllTextAsync(_folder.PathOf("authority.pem"), Pebble.TlsRootPem, Cancellation);
        await File.WriteAllTextAsync(_folder.PathOf("peers.pem"), Peer.RootPem, Cancellation);
        var certs = new ServiceProcess("Nexus.Certs", new Dictionary<string, string?>
        {
            ["Nexus__Certs__Storage__Directory"] = _folder.PathOf("certs"),
            ["Nexus__Certs__Acme__Hostname"] = Host,
            ["Nexus__Certs__Acme__CacheDirectory"] = _folder.PathOf("acme"),
            ["Nexus__Certs__Acme__Directory"] = Pebble.Directory.ToString(),
            ["Nexus__Certs__Acme__AuthorityFile"] = _folder.PathOf("authority.pem"),
            ["Nexus__Certs__Acme__Challenges__0"] = "http-01",
            ["Nexus__Certs__Acme__MaxOrdersPerHour"] = "100",
            ["Nexus__Certs__Acme__StartDelay"] = "00:00:00",
        });
        var mesh = new ServiceProcess("Nexus.Mesh", new Dictionary<string, string?>
        {
            ["services__certs__grpc__0"] = certs.GrpcAddress,
            ["Nexus__Mesh__Peering__ListenAddress"] = _peerPort.EndPoint.ToString(),
            ["Nexus__Mesh__Peering__TrustedDomainSuffixes__0"] = "localhost",
            ["Nexus__Mesh__Peering__AuthorityFiles__0"] = _folder.PathOf("peers.pem"),
            ["Nexus__Mesh__Peering__Peers__0"] = $"wss://localhost:{Text(Peer.Port)}/mesh",
            ["Nexus__Mesh__Peering__MinRedialDelay"] = "00:00:00.100",
            ["Nexus__Mesh__Peering__MaxRedialDelay"] = "00:00:00.200",
        });
        var hub = new ServiceProcess("Nexus.Hub", new Dictionary<string, string?>
        {
            ["services__mesh__grpc__0"] = mesh.GrpcAddress,
            ["services__certs__grpc__0"] = certs.GrpcAddress,
            ["Nexus__Hub__HandOver__Enabled"] = "false",
            ["Nexus__Hub__Sessions__ListenAddress"] = _hubPort.EndPoint.ToString(),
            ["Nexus__Hub__Authentication__Secret"] = _secret,
        });
        var edge = new ServiceProcess("Nexus.Edge", new Dictionary<string, string?>
        {
            ["services__mesh__grpc__0"] = mesh.GrpcAddress,
            ["services__certs__grpc__0"] = certs.GrpcAddress,
            ["Nexus__Edge__Acme__Hostname"] = Host,
            ["Nexus__Edge__Listening__BindAddress"] = "127.0.0.1",
            ["Nexus__Edge__Listening__RelayPorts__0"] = Text(_relayPort.Port),
            ["Nexus__Edge__PlainHttp__BindAddress"] = "127.0.0.1",
            ["Nexus__Edge__PlainHttp__Port"] = Text(_plainPort.Port),
        });
        _services.AddRange([edge, hub, mesh, certs]);
        foreach (var service in _services.Except([certs])) service.Start();
        // Its first proof must find the edge there.
        await edge.Process.WaitForLineAsync("Application started", Cancellation);
        certs.Start();
        await StartClientAsync();
    }

    private async Task StartClientAsync()
    {
        var root = await Pebble.GetRootAsync();
        _client = new NexusClient(new NexusBackendOptions
        {
            Name = "certified",
            Hostnames = ["app.test"],
            NexusAddresses = [$"wss://localhost:{Text(_hubPort.Port)}/connect"],
            Attestation = new() { HmacSecret = _secret },
            PortMappings = new Dictionary<int, NexusPortMapping> { [_relayPort.Port] = new() { Default = $"127.0.0.1:{Text(Origin.HttpsPort)}" } },
            Transport = new() { ServerCertificateValidation = (_, shown, chain, _) => IsTrusted(root, shown, chain) },
        });
        await _client.StartAsync(Cancellation);
        using var user = CreateUser();
        await Eventually.SucceedsAsync(async () => await user.GetStringAsync(Address(""), Cancellation) == TestOrigin.Greeting, () => $"Never served.\n{Describe()}");
    }
}
