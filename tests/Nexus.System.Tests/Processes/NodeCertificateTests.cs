using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Nexus.Contracts.Certs.V1;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>The node's own certificate from an ACME authority (Debian's pebble), proven through the edge's port for plain HTTP.</summary>
public sealed class NodeCertificateTests : IAsyncLifetime
{
    private const string Host = "node.example.test";

    private readonly TemporaryFolder _folder = new();
    private readonly FreePort _relayPort = FreePort.Reserve();
    private readonly FreePort _plainPort = FreePort.Reserve();
    private PebbleProcess? _pebble;
    private ServiceProcess? _certs;
    private ServiceProcess? _mesh;
    private ServiceProcess? _edge;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _pebble = await PebbleProcess.StartAsync(new() { HttpPort = _plainPort.Port, NonceRejectPercent = 20 });
        await File.WriteAllTextAsync(_folder.PathOf("authority.pem"), _pebble.TlsRootPem, Cancellation);
        _certs = new("Nexus.Certs", new Dictionary<string, string?>
        {
            ["Nexus__Certs__Storage__Directory"] = _folder.PathOf("certs"),
            ["Nexus__Certs__Acme__Hostname"] = Host,
            ["Nexus__Certs__Acme__CacheDirectory"] = _folder.PathOf("acme"),
            ["Nexus__Certs__Acme__Directory"] = _pebble.Directory.ToString(),
            ["Nexus__Certs__Acme__StartDelay"] = "00:00:00",
            ["Nexus__Certs__Acme__AuthorityFile"] = _folder.PathOf("authority.pem"),
        });
        _mesh = new("Nexus.Mesh", new Dictionary<string, string?>());
        _edge = new("Nexus.Edge", new Dictionary<string, string?>
        {
            ["services__mesh__grpc__0"] = _mesh.GrpcAddress,
            ["services__certs__grpc__0"] = _certs.GrpcAddress,
            ["Nexus__Edge__Acme__Hostname"] = Host,
            ["Nexus__Edge__Listening__BindAddress"] = "127.0.0.1",
            ["Nexus__Edge__Listening__RelayPorts__0"] = _relayPort.Port.ToString(CultureInfo.InvariantCulture),
            ["Nexus__Edge__PlainHttp__BindAddress"] = "127.0.0.1",
            ["Nexus__Edge__PlainHttp__Port"] = _plainPort.Port.ToString(CultureInfo.InvariantCulture),
        });
        _mesh.Start();
        _edge.Start();
        await _mesh.WaitUntilHealthyAsync();
        await _edge.WaitUntilHealthyAsync();
    }

    [Fact]
    [Statement("node 93")]
    public async Task PublicName_GetsACertificateThroughTheEdge_AndKeepsItAcrossAKill()
    {
        if (_pebble is not { } pebble || _certs is not { } certs) throw new InvalidOperationException("Not started.");
        certs.Start();
        using var root = await pebble.GetRootAsync();
        using var issued = await PublicCertificateAsync(certs, root);
        Assert.True(issued.MatchesHostname(Host));
        Assert.Equal("Valid", await pebble.GetStatusAsync(issued.SerialNumber));

        await certs.KillAsync();
        certs.Start();
        using var again = await PublicCertificateAsync(certs, root);
        Assert.Equal(issued.SerialNumber, again.SerialNumber);
    }

    [Theory]
    [InlineData("GET", Host, "/.well-known/acme-challenge/unknown", HttpStatusCode.NotFound)]
    [InlineData("GET", Host, "/.well-known/acme-challenge/", HttpStatusCode.NotFound)]
    [InlineData("GET", Host, "/.well-known/acme-challenge/a%2fb", HttpStatusCode.NotFound)]
    [InlineData("POST", Host, "/.well-known/acme-challenge/unknown", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", Host, "/", HttpStatusCode.NotFound)]
    [InlineData("GET", "other.test", "/.well-known/acme-challenge/unknown", HttpStatusCode.NotFound)]
    public async Task Question_ThatNobodyHasAskedFor_HasNoAnswer(string method, string host, string path, HttpStatusCode expected)
    {
        if (_certs is not { } certs) throw new InvalidOperationException("Not started.");
        certs.Start();
        await certs.WaitUntilHealthyAsync();
        using var user = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://127.0.0.1:{_plainPort.Port}{path}") { Headers = { Host = host } };
        using var answer = await user.SendAsync(request, Cancellation);
        Assert.Equal(expected, answer.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in new[] { _edge, _mesh, _certs }.OfType<ServiceProcess>()) await service.DisposeAsync();
        if (_pebble is not null) await _pebble.DisposeAsync();
        foreach (var port in new[] { _relayPort, _plainPort }) port.Dispose();
        _folder.Dispose();
    }

    /// <summary>What the hub is given, once it leads to the authority's root.</summary>
    private async Task<X509Certificate2> PublicCertificateAsync(ServiceProcess certs, X509Certificate2 root)
    {
        X509Certificate2? found = null;
        await certs.WaitUntilHealthyAsync();
        await Eventually.SucceedsAsync(
            async () =>
            {
                using var channel = GrpcChannel.ForAddress(certs.GrpcAddress, new() { HttpHandler = new SocketsHttpHandler { UseProxy = false } });
                using var call = new Certificates.CertificatesClient(channel).Watch(new() { Purpose = CertificatePurpose.Hub }, cancellationToken: Cancellation);
                Assert.True(await call.ResponseStream.MoveNext(Cancellation).BoundedAsync());
                var pem = call.ResponseStream.Current.ChainPem;
                X509Certificate2Collection chain = [];
                chain.ImportFromPem(pem);
                if (!LeadsTo(root, chain)) return false;
                found = chain[0];
                return true;
            },
            () => $"No certificate of the authority. Certs printed:\n{certs.Process.Output}\nThe authority printed:\n{_pebble?.Output}");
        return found ?? throw new InvalidOperationException("Not found.");
    }

    private static bool LeadsTo(X509Certificate2 root, X509Certificate2Collection sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        return chain.Build(sent[0]);
    }
}
