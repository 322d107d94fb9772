using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Nexus.Testing;

/// <summary>
/// Debian's pebble, the ACME authority for tests, with a DNS server of its own. Every name has the address 127.0.0.1 unless told otherwise;
/// validations go to <see cref="HttpPort"/> and <see cref="TlsPort"/> of that address. Its state is in memory only.
/// </summary>
public sealed class PebbleProcess : IAsyncDisposable
{
    private readonly FreePort _port = FreePort.Reserve();
    private readonly FreePort _managementPort = FreePort.Reserve();
    private readonly FreePort? _httpPort;
    private readonly FreePort? _tlsPort;
    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _certificates = new("pebble's own TLS");
    private readonly PebbleOptions _options;
    private readonly string _program;
    private readonly ChallengeDnsProcess _dns;
    private readonly HttpClient _management;
    private RealProcess? _process;

    private PebbleProcess(string program, ChallengeDnsProcess dns, PebbleOptions options)
    {
        _program = program;
        _dns = dns;
        _options = options;
        _httpPort = options.HttpPort is null ? FreePort.Reserve() : null;
        _tlsPort = options.TlsPort is null ? FreePort.Reserve() : null;
        HttpPort = options.HttpPort ?? _httpPort?.Port ?? 0;
        TlsPort = options.TlsPort ?? _tlsPort?.Port ?? 0;
        _management = CreateClient();
    }

    /// <summary>The address of the ACME directory.</summary>
    public Uri Directory => new($"https://127.0.0.1:{_port.Port}/dir");

    /// <summary>What pebble's own TLS certificate leads to. Not the root of what it issues: that is <see cref="GetRootAsync"/>.</summary>
    public X509Certificate2 TlsRoot => _certificates.Root;

    /// <summary>The same as PEM.</summary>
    public string TlsRootPem => _certificates.RootPem;

    /// <summary>Where HTTP-01 is validated.</summary>
    public int HttpPort { get; }

    /// <summary>Where TLS-ALPN-01 is validated.</summary>
    public int TlsPort { get; }

    /// <summary>All that it printed since it was last started.</summary>
    public string Output => _process?.Output ?? "";

    /// <summary>How often it has printed the text since it was last started.</summary>
    public int Count(string text) => _process?.Lines.Count(line => line.Text.Contains(text, StringComparison.Ordinal)) ?? 0;

    /// <summary>Returns as soon as it has printed the text for the last of so many times since it was last started.</summary>
    public Task WaitForCountAsync(string text, int count) => _process?.WaitForCountAsync(line => line.Contains(text, StringComparison.Ordinal), count)
        ?? throw new InvalidOperationException("Not started.");

    /// <summary>The names' addresses.</summary>
    public ChallengeDnsProcess Dns => _dns;

    /// <summary>Returns when it answers; skips the running test where it is not installed.</summary>
    public static async Task<PebbleProcess> StartAsync(PebbleOptions? options = null)
    {
        var program = DebianProgram.SkipUnlessInstalled("pebble");
        var pebble = new PebbleProcess(program, await ChallengeDnsProcess.StartAsync(), options ?? new());
        try
        {
            await pebble.StartAgainAsync();
            return pebble;
        }
        catch (Exception ex) when (ex is TimeoutException or OperationCanceledException or InvalidOperationException)
        {
            await pebble.DisposeAsync();
            throw;
        }
    }

    /// <summary>kill -9: accounts, orders, roots are lost.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Starts it after <see cref="KillAsync"/>, at the same ports, with an empty database and new roots; perhaps with other behaviour, but the same ports.</summary>
    public async Task StartAgainAsync(PebbleOptions? options = null)
    {
        var file = WriteConfiguration(options ?? _options);
        List<string> arguments = ["-config", file, "-dnsserver", _dns.Server];
        if ((options ?? _options).IsStrict) arguments.Add("-strict");
        _process = RealProcess.Start(_program, arguments, EnvironmentOf(options ?? _options));
        await _process.WaitForLineAsync("ACME directory available at");
        await Eventually.SucceedsAsync(async () => (await _management.GetAsync(Directory)).IsSuccessStatusCode, () => $"No pebble at {Directory}. It printed:\n{Output}");
    }

    /// <summary>Kills it and starts it, empty.</summary>
    public async Task RestartEmptyAsync()
    {
        await KillAsync();
        await StartAgainAsync();
    }

    /// <summary>The root that its certificates lead to: 0 the usual one, then the alternate ones. New with each start.</summary>
    public async Task<X509Certificate2> GetRootAsync(int chain = 0) =>
        X509Certificate2.CreateFromPem(await GetAsync(string.Create(CultureInfo.InvariantCulture, $"roots/{chain}")));

    /// <summary>"Valid" or "Revoked".</summary>
    /// <param name="serialNumber">In hexadecimal.</param>
    public async Task<string?> GetStatusAsync(string serialNumber)
    {
        using var answer = JsonDocument.Parse(await GetAsync($"cert-status-by-serial/{serialNumber.TrimStart('0')}"));
        return answer.RootElement.GetProperty("Status").GetString();
    }

    /// <summary>Accepts a certificate that leads to pebble's present root, for the name asked for. Asks pebble for the root now.</summary>
    public async Task<RemoteCertificateValidationCallback> GetValidationAsync()
    {
        var root = await GetRootAsync();
        return (_, certificate, chain, errors) => certificate is not null
            && (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None && LeadsTo(root, certificate, chain);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await _dns.DisposeAsync();
        _management.Dispose();
        _port.Dispose();
        _managementPort.Dispose();
        _httpPort?.Dispose();
        _tlsPort?.Dispose();
        _certificates.Dispose();
        _folder.Dispose();
    }

    private static bool LeadsTo(X509Certificate2 root, X509Certificate certificate, X509Chain? sent)
    {
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.Add(root);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (sent is not null) own.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        using var peer = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return own.Build(peer);
    }

    private static Dictionary<string, string?> EnvironmentOf(PebbleOptions options) => new()
    {
        ["PEBBLE_WFE_NONCEREJECT"] = Text(options.NonceRejectPercent),
        ["PEBBLE_VA_NOSLEEP"] = options.ValidationDelay is null ? "1" : null,
        ["PEBBLE_VA_SLEEPTIME"] = options.ValidationDelay is { } delay ? Text((int)delay.TotalSeconds) : null,
        ["PEBBLE_VA_ALWAYS_VALID"] = null,
        ["PEBBLE_ALTERNATE_ROOTS"] = Text(options.AlternateRoots),
        ["PEBBLE_CHAIN_LENGTH"] = Text(options.ChainLength),
        ["PEBBLE_AUTHZREUSE"] = Text(options.AuthorizationReusePercent),
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private HttpClient CreateClient()
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = _certificates.Validation;
        return new HttpClient(handler);
    }

    private async Task<string> GetAsync(string path)
    {
        using var response = await _management.GetAsync($"https://127.0.0.1:{_managementPort.Port}/{path}").WaitAsync(TestTimeouts.Default);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync().WaitAsync(TestTimeouts.Default);
    }

    private string WriteConfiguration(PebbleOptions options)
    {
        var (certificate, key) = _certificates.IssuePem("127.0.0.1", "localhost").WriteTo(_folder.Path);
        var configuration = new Dictionary<string, object>
        {
            ["listenAddress"] = $"127.0.0.1:{_port.Port}",
            ["managementListenAddress"] = $"127.0.0.1:{_managementPort.Port}",
            ["certificate"] = certificate,
            ["privateKey"] = key,
            ["httpPort"] = HttpPort,
            ["tlsPort"] = TlsPort,
            ["ocspResponderURL"] = "",
            ["externalAccountBindingRequired"] = options.ExternalAccounts is not null,
            ["domainBlocklist"] = options.BlockedDomains,
        };
        if (options.ExternalAccounts is { } accounts) configuration["externalAccountMACKeys"] = accounts;
        if (options.CertificateValidity is { } validity) configuration["certificateValidityPeriod"] = (long)validity.TotalSeconds;
        var file = _folder.PathOf("pebble.json");
        File.WriteAllText(file, JsonSerializer.Serialize(new Dictionary<string, object> { ["pebble"] = configuration }));
        return file;
    }
}
