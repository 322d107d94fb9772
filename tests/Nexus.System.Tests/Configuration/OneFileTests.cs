using System.Globalization;
using System.Net;
using Nexus.SystemTests.Processes;
using Nexus.Testing;

namespace Nexus.SystemTests.Configuration;

/// <summary>A whole node from one <c>config.yaml</c>, as it is said in the documentation.</summary>
public sealed class OneFileTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestOrigin _origin = new();
    private readonly FreePort _hubPort = FreePort.Reserve();
    private readonly FreePort _relayPort = FreePort.Reserve();
    private readonly FreePort _plainPort = FreePort.Reserve();
    private readonly List<ServiceProcess> _services = [];
    private RealProcess? _client;

    private string NodeFile => _folder.PathOf("config.yaml");

    public async ValueTask InitializeAsync()
    {
        await _origin.StartAsync(_folder.Path);
        WriteNode(secret: "first-secret", idleSeconds: 60);
        var certs = Add("Nexus.Certs", ("Nexus__Certs__Storage__Directory", _folder.PathOf("certs")));
        var mesh = Add("Nexus.Mesh");
        var hub = Add("Nexus.Hub", ("services__certs__grpc__0", certs.GrpcAddress), ("services__mesh__grpc__0", mesh.GrpcAddress));
        var edge = Add("Nexus.Edge", ("services__mesh__grpc__0", mesh.GrpcAddress));
        foreach (var service in new[] { certs, mesh, hub, edge })
        {
            service.Start();
            await service.WaitUntilHealthyAsync();
        }
    }

    [Fact]
    [Statement("node 140")]
    public async Task Node_FromOneFile_ServesUsers()
    {
        _client = StartClient("client.yaml", "first-secret");
        await ExpectServedAsync();
        Assert.All(_services, service => Assert.Contains($"Configured by {NodeFile}.", service.Process.Output, StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null) await _client.DisposeAsync();
        foreach (var service in Enumerable.Reverse(_services)) await service.DisposeAsync();
        await _origin.DisposeAsync();
        foreach (var port in new[] { _hubPort, _relayPort, _plainPort }) port.Dispose();
        _folder.Dispose();
    }

    private ServiceProcess Add(string project, params (string Name, string Value)[] settings)
    {
        var service = new ServiceProcess(project, new Dictionary<string, string?>(settings.Select(pair => KeyValuePair.Create<string, string?>(pair.Name, pair.Value)))
        {
            ["NEXUS_CONFIG"] = NodeFile,
        });
        _services.Add(service);
        return service;
    }

    private void WriteNode(string secret, int idleSeconds) => File.WriteAllText(NodeFile, string.Create(CultureInfo.InvariantCulture, $"""
        backendListenAddress: ":{_hubPort.Port}"
        relayPorts: [{_relayPort.Port}, {_plainPort.Port}]
        plainHTTPPort: {_plainPort.Port}
        idleTimeoutSeconds: {idleSeconds}
        backendsJWTSecret: "{secret}"
        hubPublicHostname: localhost

        """));

    private RealProcess StartClient(string file, string secret)
    {
        var path = _folder.PathOf(file);
        File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture, $$"""
            backends:
              - name: test
                hostnames: [app.test]
                nexusAddresses: ["wss://localhost:{{_hubPort.Port}}/connect"]
                attestation: {hmacSecret: "{{secret}}"}
                portMappings:
                  {{_relayPort.Port}}: {default: "127.0.0.1:{{_origin.HttpsPort}}"}
                  {{_plainPort.Port}}: {default: "127.0.0.1:{{_origin.HttpPort}}"}

            """));
        return RealProcess.StartDotnet(ServiceProcess.PathOf("Nexus.Client.Cli", "nexus"), ["run", "-c", path, "--ca", _folder.PathOf("certs", "ca.pem")]);
    }

    private async Task ExpectServedAsync()
    {
        using var user = _origin.CreateUser(_relayPort.Port);
        await Eventually.SucceedsAsync(
            async () => await user.GetStringAsync(new Uri($"https://app.test:{_relayPort.Port}/"), TestContext.Current.CancellationToken) == TestOrigin.Greeting,
            () => string.Join('\n', _services.Select(service => service.Process.Output)) + _client?.Output);

        using var plain = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{_plainPort.Port}/") { Headers = { Host = "app.test" } };
        Assert.Equal(HttpStatusCode.OK, (await plain.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
    }
}
