using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Nexus.Identities;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>Every internal port of a node whose services are on several hosts, and everybody who may come to one.</summary>
[Collection(nameof(SecuredSystem))]
public sealed class IdentityTests(SecuredSystem system)
{
    private const string Refused = "16 or 7"; // UNAUTHENTICATED, PERMISSION_DENIED
    private const string Served = "served";
    private const string NoTls = "no TLS";

    private static readonly ServiceRole[] s_all = Enum.GetValues<ServiceRole>();

    /// <summary>Which roles may call what; null: everybody.</summary>
    private static readonly (string Port, string Method, ServiceRole[]? Roles)[] s_methods =
    [
        ("certs", "/nexus.certs.v1.Certificates/Watch", [ServiceRole.Hub, ServiceRole.Mesh]),
        ("certs", "/nexus.identities.v1.Identities/Renew", [ServiceRole.Edge, ServiceRole.Hub, ServiceRole.Mesh]),
        ("certs", "/nexus.identities.v1.Identities/GetRoot", null),
        ("certs", "/nexus.identities.v1.Identities/Join", null),
        ("mesh", "/nexus.routing.v1.RouteDirectory/Announce", [ServiceRole.Hub]),
        ("mesh", "/nexus.routing.v1.RouteDirectory/Watch", [ServiceRole.Edge]),
        ("mesh", "/nexus.topology.v1.Topology/Get", s_all),
        ("mesh", "/nexus.streams.v1.Streams/Relay", [ServiceRole.Edge]),
        ("mesh", "/nexus.streams.v1.Streams/Datagrams", [ServiceRole.Edge]),
        ("hub", "/nexus.streams.v1.Streams/Relay", [ServiceRole.Edge, ServiceRole.Mesh]),
        ("hub", "/nexus.streams.v1.Streams/Datagrams", [ServiceRole.Edge, ServiceRole.Mesh]),
        ("edge", "/nexus.streams.v1.Streams/Relay", []),
    ];

    [Fact]
    public async Task EveryInternalPort_ServesThoseWhoMay_AndNobodyElse()
    {
        var failures = new List<string>();
        foreach (var (port, method, roles) in s_methods)
        {
            foreach (var (caller, certificate, role) in Callers())
            {
                using (certificate)
                {
                    var expected = Expect(port, roles, role, hasCertificate: certificate is not null);
                    var got = await CallAsync(new Uri(ServiceOf(port).GrpcAddress), HttpVersion.Version20, method, certificate);
                    if (got != expected) failures.Add($"{caller} calls {method} at {port}: {got}, not {expected}");
                }
            }
        }

        Assert.Empty(failures);
    }

    /// <summary>Ports for people, without TLS; here they are open to other hosts. What tells more than a state is for this host, or for identities.</summary>
    [Theory]
    [InlineData("certs", null)]
    [InlineData("mesh", "/topology")]
    [InlineData("hub", null)]
    [InlineData("edge", "/routes")]
    public async Task ManagementPort_TellsStrangersTheStateAndNothingElse(string port, string? page)
    {
        var (service, http1) = (ServiceOf(port), HttpVersion.Version11);
        var near = new Uri(service.HttpAddress);
        foreach (var path in (string[])["/health", "/alive"]) Assert.Equal(HttpStatusCode.OK, await GetAsync(near, path, http1));
        if (OwnAddress.Find() is { } own) await AssertTellsStateOnlyAsync(new UriBuilder(near) { Host = $"{own}" }.Uri, port, page);
        if (page is null) return;
        Assert.Equal(HttpStatusCode.OK, await GetAsync(near, page, http1));
        foreach (var (caller, certificate, role) in Callers())
        {
            using (certificate)
            {
                HttpStatusCode? expected = role is null ? null : HttpStatusCode.OK;
                Assert.Equal((caller, expected), (caller, await GetAsync(new Uri(service.GrpcAddress), page, HttpVersion.Version20, certificate)));
            }
        }
    }

    [Fact]
    public async Task User_ReachesTheBackend_OverServicesThatCallEachOtherByTls()
    {
        Assert.True(await system.IsServedAsync());
        foreach (var service in new[] { system.Mesh, system.Hub, system.Edge })
        {
            await service.KillAsync();
            service.Start(); // its token was used: it has kept its identity
            await service.WaitUntilHealthyAsync();
            await Eventually.SucceedsAsync(system.IsServedAsync, () => $"It is not served any more.\n{system.Describe()}");
        }
    }

    [Theory]
    [InlineData("Kestrel__Endpoints__Grpc__Url", "http://0.0.0.0:0", "Kestrel:Endpoints:Grpc:Url: ")]
    [InlineData("services__mesh__grpc__0", "http://192.0.2.7:5021", "services:mesh:grpc:0: ")]
    [InlineData("Kestrel__Endpoints__Grpc__Url", "https://0.0.0.0:0", "Nexus:Identity:JoinToken: is needed")]
    [InlineData("Nexus__Identity__JoinToken", "nonsense", "Nexus:Identity:JoinToken: is not a join token")]
    public async Task Start_WithoutTlsOrIdentity_ExitsWith78AndNamesTheKey(string key, string value, string expected)
    {
        using var folder = new TemporaryFolder();
        await using var edge = RealProcess.StartDotnet(ServiceProcess.PathOf("Nexus.Edge"), [], new Dictionary<string, string?>
        {
            ["Kestrel__Endpoints__Http__Url"] = "http://127.0.0.1:0",
            ["services__mesh__grpc__0"] = "http://127.0.0.1:1",
            ["services__certs__grpc__0"] = "http://127.0.0.1:1",
            ["Nexus__Edge__Listening__RelayPorts__0"] = "0",
            ["Nexus__Identity__Directory"] = folder.Path,
            [key] = value,
        });
        Assert.Equal(78, await edge.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains(expected, edge.Output, StringComparison.Ordinal);
    }

    private static async Task AssertTellsStateOnlyAsync(Uri far, string port, string? page)
    {
        foreach (var path in (string[])["/health", "/alive", "/", "/topology", "/routes", "/metrics"])
        {
            var expected = path is "/health" or "/alive" ? HttpStatusCode.OK : path == page ? HttpStatusCode.Forbidden : HttpStatusCode.NotFound;
            Assert.Equal((path, expected), (path, await GetAsync(far, path, HttpVersion.Version11)));
        }

        foreach (var (_, method, _) in s_methods.Where(method => method.Port == port && method.Roles is not (null or [])))
        {
            Assert.Equal((method, Refused), (method, await CallAsync(far, HttpVersion.Version11, method, null)));
        }
    }

    /// <summary>Who has a certificate without a role has one that is good for nothing.</summary>
    private static string Expect(string port, ServiceRole[]? roles, ServiceRole? role, bool hasCertificate) => role switch
    {
        null when hasCertificate || port != "certs" => NoTls,
        null => roles is null ? Served : Refused,
        _ when port == "edge" => "HTTP 404", // it serves nothing
        { } known => roles?.Contains(known) != false ? Served : Refused,
    };

    private IEnumerable<(string Name, X509Certificate2? Certificate, ServiceRole? Role)> Callers()
    {
        var now = DateTimeOffset.UtcNow;
        yield return ("no identity", null, null);
        yield return ("a foreign identity", new TestCertificates().Issue(ServiceRole.Edge.ToDnsName(), "x"), null);
        foreach (var role in s_all)
        {
            yield return ($"{role}", system.Forge(role, now).Leaf, role);
            yield return ($"{role} of yesterday", system.Forge(role, now.AddDays(-1).AddMinutes(-1)).Leaf, null);
            yield return ($"{role} of tomorrow", system.Forge(role, now.AddHours(1)).Leaf, null);
        }
    }

    private ServiceProcess ServiceOf(string port) => port switch { "certs" => system.Certs, "mesh" => system.Mesh, "hub" => system.Hub, _ => system.Edge };

    /// <summary>Without a check of the server's name: it is not the one that is to be convinced here.</summary>
    private static HttpMessageInvoker CreateCaller(X509Certificate2? certificate) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = new()
        {
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, [], offline: true),
        },
    });

    /// <summary>Null: there is no connection to be had.</summary>
    private static async Task<HttpStatusCode?> GetAsync(Uri address, string path, Version version, X509Certificate2? certificate = null)
    {
        using var caller = CreateCaller(certificate);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path)) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        try
        {
            using var answer = await caller.SendAsync(request, TestContext.Current.CancellationToken).BoundedAsync();
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<string> CallAsync(Uri address, Version version, string method, X509Certificate2? certificate)
    {
        using var client = CreateCaller(certificate);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, method))
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]), // an empty message
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        try
        {
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken).BoundedAsync();
            if (answer.StatusCode != HttpStatusCode.OK) return $"HTTP {(int)answer.StatusCode}";
            return answer.Headers.TryGetValues("grpc-status", out var status) && status.Single() is "7" or "16" ? Refused : Served;
        }
        catch (HttpRequestException)
        {
            return NoTls;
        }
    }
}
