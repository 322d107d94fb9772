using System.Globalization;
using System.Net.Http.Json;

namespace Nexus.Testing;

/// <summary>Debian's pebble-challtestsrv as a DNS server: every name has the address 127.0.0.1, and none of IPv6, unless told otherwise.</summary>
public sealed class ChallengeDnsProcess : IAsyncDisposable
{
    private readonly FreePort _port = FreePort.Reserve();
    private readonly FreePort _managementPort = FreePort.Reserve();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly RealProcess _process;

    private ChallengeDnsProcess(string program) => _process = RealProcess.Start(program,
        ["-dns01", Server, "-management", $"127.0.0.1:{_managementPort.Port}", "-http01", "", "-https01", "", "-tlsalpn01", "", "-defaultIPv4", "127.0.0.1", "-defaultIPv6", ""]);

    /// <summary>Its address, UDP and TCP.</summary>
    public string Server => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port.Port}");

    /// <summary>Returns when it listens; skips the running test where it is not installed.</summary>
    public static async Task<ChallengeDnsProcess> StartAsync()
    {
        var dns = new ChallengeDnsProcess(DebianProgram.SkipUnlessInstalled("pebble-challtestsrv"));
        try
        {
            // Any request shows that it is up.
            await Eventually.SucceedsAsync(dns.IsUpAsync, () => $"No pebble-challtestsrv. It printed:\n{dns._process.Output}");
            return dns;
        }
        catch (Exception ex) when (ex is TimeoutException or OperationCanceledException)
        {
            await dns.DisposeAsync();
            throw;
        }
    }

    /// <summary>The name's IPv4 addresses from now on.</summary>
    public Task SetAddressesAsync(string name, params string[] addresses) => PostAsync("add-a", new { host = name + ".", addresses });

    /// <summary>The name has the usual address again.</summary>
    public Task ClearAddressesAsync(string name) => PostAsync("clear-a", new { host = name + "." });

    /// <summary>Questions for the name fail (SERVFAIL).</summary>
    public Task FailAsync(string name) => PostAsync("set-servfail", new { host = name + "." });

    /// <summary>They do not fail any more.</summary>
    public Task StopFailingAsync(string name) => PostAsync("clear-servfail", new { host = name + "." });

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
        _port.Dispose();
        _managementPort.Dispose();
    }

    private async Task<bool> IsUpAsync()
    {
        using var answer = await _http.PostAsync(Address("set-default-ipv4"), JsonContent.Create(new { ip = "127.0.0.1" }));
        return answer.IsSuccessStatusCode;
    }

    private Uri Address(string path) => new($"http://127.0.0.1:{_managementPort.Port}/{path}");

    private async Task PostAsync(string path, object body)
    {
        using var answer = await _http.PostAsync(Address(path), JsonContent.Create(body)).WaitAsync(TestTimeouts.Default);
        answer.EnsureSuccessStatusCode();
    }
}
