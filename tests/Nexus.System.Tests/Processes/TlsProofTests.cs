using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>A node without port 80: its name is proven in handshakes on the hub's own listener.</summary>
public sealed class TlsProofTests : IAsyncLifetime
{
    private const string Host = "node.example.test";

    private readonly TemporaryFolder _folder = new();
    private readonly FreePort _hubPort = FreePort.Reserve();
    private PebbleProcess? _pebble;
    private ServiceProcess? _certs;
    private ServiceProcess? _hub;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _pebble = await PebbleProcess.StartAsync(new() { TlsPort = _hubPort.Port, NonceRejectPercent = 20 });
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
        _hub = new("Nexus.Hub", new Dictionary<string, string?>
        {
            ["services__mesh__grpc__0"] = "http://127.0.0.1:1", // no use for one here
            ["services__certs__grpc__0"] = "http://127.0.0.1:1", // a replica that is dead
            ["services__certs__grpc__1"] = _certs.GrpcAddress,
            ["Nexus__Hub__Sessions__ListenAddress"] = _hubPort.EndPoint.ToString(),
            ["Nexus__Hub__Authentication__Secret"] = RandomNumberGenerator.GetHexString(64, lowercase: true),
        });
        _hub.Start();
        await _hub.Process.WaitForLineAsync("Application started", Cancellation);
    }

    [Fact]
    public async Task PublicName_ThatNobodyAnswersForOnPort80_IsProvenByTheHub()
    {
        if (_pebble is not { } pebble || _certs is not { } certs || _hub is not { } hub) throw new InvalidOperationException("Not started.");
        certs.Start();
        var trust = await pebble.GetValidationAsync();
        await Eventually.SucceedsAsync(
            async () =>
            {
                await using var tls = await TryShakeAsync(trust, SslApplicationProtocol.Http11);
                return tls is not null;
            },
            () => $"The hub never showed a certificate of the authority.\n{certs.Process.Output}\n{hub.Process.Output}\n{pebble.Output}");

        await using var stranger = await TryShakeAsync((_, shown, _, _) => shown is not null, new SslApplicationProtocol("acme-tls/1"));
        Assert.Null(stranger); // no proof is under way any more
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in new[] { _hub, _certs }.OfType<ServiceProcess>()) await service.DisposeAsync();
        if (_pebble is not null) await _pebble.DisposeAsync();
        _hubPort.Dispose();
        _folder.Dispose();
    }

    private async Task<SslStream?> TryShakeAsync(RemoteCertificateValidationCallback trust, SslApplicationProtocol protocol)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _hubPort.Port, Cancellation);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = Host, ApplicationProtocols = [protocol], RemoteCertificateValidationCallback = trust }, Cancellation).BoundedAsync();
            return tls;
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            await tls.DisposeAsync();
            return null;
        }
    }
}
