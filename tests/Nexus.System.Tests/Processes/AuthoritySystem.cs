using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Net.Client;
using Nexus.Certs.Sharing;
using Nexus.Contracts.Certs.V1;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>
/// A node whose name is certified by an ACME authority (Debian's pebble) that wants a customer account; all services say everything that they
/// can say, also to a collector. Certs keeps its secrets in Redis, if there is a redis-server. Nothing of it runs where there is no pebble.
/// </summary>
public sealed class AuthoritySystem : IAsyncLifetime
{
    internal const string Host = "node.example.test";

    private const string AccountId = "customer-1";
    private const string Prefix = "nexus:{certs}:";

    private readonly TemporaryFolder _folder = new();
    private readonly FreePort _relayPort = FreePort.Reserve();
    private readonly FreePort _plainPort = FreePort.Reserve();
    private PebbleProcess? _pebble;
    private ServiceProcess? _certs;
    private ServiceProcess? _mesh;
    private ServiceProcess? _edge;
    private RedisUnderTest? _redis;

    internal static bool IsInstalled => DebianProgram.Find("pebble") is not null;

    internal PebbleProcess Pebble => _pebble ?? throw new InvalidOperationException("Not started.");

    internal ServiceProcess Certs => _certs ?? throw new InvalidOperationException("Not started.");

    internal IReadOnlyList<ServiceProcess> Services => [.. new[] { _certs, _mesh, _edge }.OfType<ServiceProcess>()];

    internal int PlainPort => _plainPort.Port;

    internal OtlpCollector Telemetry { get; } = new();

    /// <summary>MAC key of the customer account, base64url.</summary>
    internal string AccountKey { get; } = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Where Certs keeps what it must not lose.</summary>
    internal IReadOnlyList<string> StateFolders => [_folder.PathOf("certs"), _folder.PathOf("acme")];

    private string SealingFile => _folder.PathOf("sealing.key");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (!IsInstalled) return;
        await Telemetry.StartAsync();
        _pebble = await PebbleProcess.StartAsync(new()
        {
            HttpPort = _plainPort.Port,
            NonceRejectPercent = 20,
            ExternalAccounts = new Dictionary<string, string> { [AccountId] = AccountKey },
        });
        await File.WriteAllTextAsync(_folder.PathOf("authority.pem"), _pebble.TlsRootPem, Cancellation);
        await File.WriteAllTextAsync(_folder.PathOf("account.key"), AccountKey, Cancellation);
        if (DebianProgram.Find("redis-server") is not null) _redis = await RedisUnderTest.StartAsync(RedisKind.Redis);
        var sealing = WriteSealingKey();
        _certs = new("Nexus.Certs", Telemetry.With(new()
        {
            ["ConnectionStrings__redis"] = _redis?.ConnectionString,
            ["Nexus__Certs__Sharing__KeyFile"] = _redis is null ? null : sealing,
            ["Nexus__Certs__Storage__Directory"] = _folder.PathOf("certs"),
            ["Nexus__Certs__Acme__Hostname"] = Host,
            ["Nexus__Certs__Acme__CacheDirectory"] = _folder.PathOf("acme"),
            ["Nexus__Certs__Acme__Directory"] = _pebble.Directory.ToString(),
            ["Nexus__Certs__Acme__StartDelay"] = "00:00:00",
            ["Nexus__Certs__Acme__AuthorityFile"] = _folder.PathOf("authority.pem"),
            ["Nexus__Certs__Acme__ExternalAccountKeyId"] = AccountId,
            ["Nexus__Certs__Acme__ExternalAccountKeyFile"] = _folder.PathOf("account.key"),
        }));
        _mesh = new("Nexus.Mesh", Telemetry.With(new()));
        _edge = new("Nexus.Edge", Telemetry.With(new()
        {
            ["services__mesh__grpc__0"] = _mesh.GrpcAddress,
            ["services__certs__grpc__0"] = _certs.GrpcAddress,
            ["Nexus__Edge__Acme__Hostname"] = Host,
            ["Nexus__Edge__Listening__BindAddress"] = "127.0.0.1",
            ["Nexus__Edge__Listening__RelayPorts__0"] = _relayPort.Port.ToString(CultureInfo.InvariantCulture),
            ["Nexus__Edge__PlainHttp__BindAddress"] = "127.0.0.1",
            ["Nexus__Edge__PlainHttp__Port"] = _plainPort.Port.ToString(CultureInfo.InvariantCulture),
        }));
        _mesh.Start();
        _edge.Start();
        await _mesh.WaitUntilHealthyAsync();
        await _edge.WaitUntilHealthyAsync();
        _certs.Start();
        await _certs.WaitUntilHealthyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Services.Reverse()) await service.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
        if (_pebble is not null) await _pebble.DisposeAsync();
        await Telemetry.DisposeAsync();
        foreach (var port in new[] { _relayPort, _plainPort }) port.Dispose();
        _folder.Dispose();
    }

    /// <summary>Plants every secret that the node has, wherever it keeps them.</summary>
    internal async Task PlantAsync(SecretScan scan)
    {
        scan.Plant("the customer account's key", AccountKey);
        foreach (var folder in StateFolders.Where(Directory.Exists)) scan.PlantFolder(folder, _ => false);
        if (_redis is null) return;
        scan.Plant("the sealing key", (await File.ReadAllTextAsync(SealingFile, Cancellation)).TrimEnd());
        var sealing = SealingKey.Read(SealingFile);
        foreach (var key in (await _redis.SendAsync("KEYS", $"{Prefix}*") as object?[] ?? []).Select(key => $"{key}").Where(key => key != $"{Prefix}lease"))
        {
            var name = key[Prefix.Length..];
            scan.PlantKeysIn(name, sealing.Open(name, $"{await _redis.SendAsync("GET", key)}"));
        }
    }

    /// <summary>All that is in Redis; empty without one.</summary>
    internal async Task<string> ReadRedisAsync() => _redis is null ? "" : await _redis.ReadAllAsync();

    /// <summary>What the hub is given, once it leads to the authority's root.</summary>
    internal async Task<X509Certificate2> PublicCertificateAsync()
    {
        X509Certificate2? found = null;
        using var root = await Pebble.GetRootAsync();
        await Certs.WaitUntilHealthyAsync();
        await Eventually.SucceedsAsync(
            async () =>
            {
                using var channel = GrpcChannel.ForAddress(Certs.GrpcAddress, new() { HttpHandler = new SocketsHttpHandler { UseProxy = false } });
                using var call = new Certificates.CertificatesClient(channel).Watch(new() { Purpose = CertificatePurpose.Hub }, cancellationToken: Cancellation);
                Assert.True(await call.ResponseStream.MoveNext(Cancellation).BoundedAsync());
                X509Certificate2Collection chain = [];
                chain.ImportFromPem(call.ResponseStream.Current.ChainPem);
                if (!LeadsTo(root, chain)) return false;
                found = chain[0];
                return true;
            },
            () => $"No certificate of the authority. Certs printed:\n{Certs.Output}\nThe authority printed:\n{Pebble.Output}");
        return found ?? throw new InvalidOperationException("Not found.");
    }

    private string WriteSealingKey()
    {
        using var file = new FileStream(SealingFile, OwnerOnly());
        file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));
        return SealingFile;
    }

    private static FileStreamOptions OwnerOnly()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
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
