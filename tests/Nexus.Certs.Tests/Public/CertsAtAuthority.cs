using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Nexus.Contracts.Certs.V1;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Tests.Public;

/// <summary>Real Certs processes at a real authority (Debian's pebble), whose questions reach them.</summary>
internal sealed class CertsAtAuthority : IAsyncDisposable
{
    public const string Host = "node.example.test";

    private readonly List<ServiceProcess> _services = [];

    private CertsAtAuthority(PebbleProcess pebble, ProofForwarder edge) => (Pebble, Edge) = (pebble, edge);

    public PebbleProcess Pebble { get; }

    public ProofForwarder Edge { get; }

    public TemporaryFolder Folder { get; } = new();

    /// <summary>Where account, orders and certificates are kept.</summary>
    public string Cache => Folder.PathOf("acme");

    /// <summary>How many orders the authority has got since it was started.</summary>
    public int Orders => Pebble.Count("Added order");

    /// <summary>How many accounts it has made since then.</summary>
    public int Accounts => Pebble.Count("accounts in memory");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<CertsAtAuthority> StartAsync(PebbleOptions? options = null)
    {
        var pebble = await PebbleProcess.StartAsync(options);
        var authority = new CertsAtAuthority(pebble, await ProofForwarder.StartAsync(pebble.HttpPort));
        Directory.CreateDirectory(authority.Cache);
        await File.WriteAllTextAsync(authority.Folder.PathOf("authority.pem"), pebble.TlsRootPem, Cancellation);
        return authority;
    }

    /// <summary>The settings of every process here.</summary>
    public Dictionary<string, string?> Settings(params (string Key, string? Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Nexus__Certs__Storage__Directory"] = Folder.PathOf("certs"),
            ["Nexus__Certs__Acme__Hostname"] = Host,
            ["Nexus__Certs__Acme__CacheDirectory"] = Cache,
            ["Nexus__Certs__Acme__Directory"] = Pebble.Directory.ToString(),
            ["Nexus__Certs__Acme__StartDelay"] = "00:00:00",
            ["Nexus__Certs__Acme__AuthorityFile"] = Folder.PathOf("authority.pem"),
            ["Nexus__Certs__Acme__Challenges__0"] = "http-01",
        };
        foreach (var (key, value) in more) settings[key] = value;
        return settings;
    }

    /// <summary>A process that is not started yet; edges ask it.</summary>
    public ServiceProcess Add(params (string Key, string? Value)[] more)
    {
        var service = new ServiceProcess("Nexus.Certs", Settings(more));
        _services.Add(service);
        Edge.Ask([.. _services.Select(each => each.GrpcAddress)]);
        return service;
    }

    /// <summary>The certificate that a process hands out now; null while it does not answer.</summary>
    public static async Task<X509Certificate2?> CurrentAsync(ServiceProcess certs)
    {
        try
        {
            using var channel = GrpcDefaults.CreateChannel(new Uri(certs.GrpcAddress));
            using var call = new Certificates.CertificatesClient(channel).Watch(new() { Purpose = CertificatePurpose.Hub }, cancellationToken: Cancellation);
            return X509Certificate2.CreateFromPem((await CertsUnderTest.NextAsync(call)).ChainPem);
        }
        catch (RpcException)
        {
            return null;
        }
    }

    /// <summary>The first certificate that a process hands out and that matches.</summary>
    public async Task<X509Certificate2> WaitForAsync(ServiceProcess certs, Func<X509Certificate2, bool> match)
    {
        X509Certificate2? found = null;
        await Eventually.SucceedsAsync(
            async () => (found = await CurrentAsync(certs)) is not null && match(found),
            () => $"No such certificate; the last one is {found}. It printed:\n{certs.Process.Output}\nThe authority printed:\n{Pebble.Output}");
        return found ?? throw new InvalidOperationException("Not found.");
    }

    /// <summary>The same for any of pebble's.</summary>
    public Task<X509Certificate2> WaitForIssuedAsync(ServiceProcess certs) => WaitForAsync(certs, IsIssued);

    public static bool IsIssued(X509Certificate2 certificate) => certificate.Issuer.Contains("Pebble", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services) await service.DisposeAsync();
        await Edge.DisposeAsync();
        await Pebble.DisposeAsync();
        Folder.Dispose();
    }
}
