using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Nexus.Client;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>
/// A client in the test's process that ends TLS itself, behind real edge, hub, mesh and certs; its certificate comes from pebble, whose
/// questions come through the edge's ports like everybody's.
/// </summary>
internal sealed class OwnCertificate : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SystemUnderTest _system;
    private NexusClient? _client;

    private OwnCertificate(SystemUnderTest system, PebbleProcess pebble)
    {
        _system = system;
        Pebble = pebble;
    }

    public PebbleProcess Pebble { get; }

    public LogCollector Logs { get; } = new();

    public NexusClient Client => _client ?? throw new InvalidOperationException("Not started.");

    public string StateFolder => _folder.PathOf("state");

    public NexusCertificateInfo Info => Client.Certificates.Single();

    /// <summary>Skips the test where there is no pebble.</summary>
    /// <param name="system">The node.</param>
    /// <param name="options">Asks the edge's ports unless told otherwise.</param>
    public static async Task<OwnCertificate> BeginAsync(SystemUnderTest system, PebbleOptions? options = null)
    {
        options ??= new();
        return new(system, await PebbleProcess.StartAsync(options with { HttpPort = options.HttpPort ?? system.PlainPort, TlsPort = options.TlsPort ?? system.RelayPort }));
    }

    /// <summary>A client whose user reaches plain HTTP at the origin; in the place of an earlier one.</summary>
    public async Task StartAsync(string host, Action<NexusBackendOptions>? configure = null)
    {
        if (_client is not null) await _client.DisposeAsync();
        var options = _system.OutboundOptions();
        (options.Name, options.Hostnames) = (host, [host]);
        options.PortMappings[_system.RelayPort] = new() { Default = $"127.0.0.1:{_system.Origin.HttpPort}", DefaultTls = new() { Mode = NexusTlsMode.Auto } };
        options.Tls = new() { Directory = Pebble.Directory.ToString(), AuthorityCertificates = [Pebble.TlsRoot], StateDirectory = StateFolder, MaxOrdersPerHour = 100 };
        configure?.Invoke(options);
        _client = new(options, new() { LoggerFactory = Logs.Factory });
        await _client.StartAsync(TestContext.Current.CancellationToken);
    }

    public async Task UntilPresentAsync()
    {
        try
        {
            await Client.WaitUntilCertifiedAsync(TestContext.Current.CancellationToken).BoundedAsync();
        }
        catch (TimeoutException ex)
        {
            throw new TimeoutException($"{Info}\n{string.Join('\n', Logs.Records.Select(record => $"{record.Level} {record.Message} {record.Exception}"))}\n{Pebble.Output}", ex);
        }
    }

    /// <summary>The next state that is so, this one included.</summary>
    public async Task<NexusCertificateInfo> WaitForAsync(Func<NexusCertificateInfo, bool> match)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(TestTimeouts.Default);
        await using var events = Client.WatchEventsAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        while (!match(Info)) Assert.True(await events.MoveNextAsync(), Info.ToString());
        return Info;
    }

    /// <summary>A user who connects every name to the edge, with a connection of its own.</summary>
    /// <param name="validation">What it trusts.</param>
    public HttpClient CreateUser(RemoteCertificateValidationCallback validation)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, _system.RelayPort, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.RemoteCertificateValidationCallback = validation;
        return new HttpClient(handler) { Timeout = TestTimeouts.Long };
    }

    /// <summary>What a user gets who trusts pebble's root and nothing else.</summary>
    public async Task<string> GetAsync(string host)
    {
        using var user = CreateUser(await Pebble.GetValidationAsync());
        return await user.GetStringAsync(new Uri($"https://{host}:{_system.RelayPort}/"), TestContext.Current.CancellationToken).BoundedAsync();
    }

    /// <summary>Accepts what leads to the root, whenever it was valid, and notes it.</summary>
    public static RemoteCertificateValidationCallback Trusting(X509Certificate2 root, Action<X509Certificate2> seen) => (_, shown, sent, errors) =>
    {
        if (shown is not X509Certificate2 certificate || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        if (sent is not null) chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        seen(certificate);
        return chain.Build(certificate);
    };

    public async ValueTask DisposeAsync()
    {
        if (_client is not null) await _client.DisposeAsync();
        await Pebble.DisposeAsync();
        Logs.Dispose();
        _folder.Dispose();
    }
}
