using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nexus.Contracts.Carriers;
using Nexus.Hub;
using Nexus.Hub.Announcing;
using Nexus.Hub.Certificates;
using Nexus.Hub.Sessions;
using Nexus.Hub.Streams;
using Nexus.Identities;
using Nexus.ServiceDefaults;
using Nexus.SystemTests.Golden.Recordings;
using Nexus.SystemTests.Golden.Wire;
using Nexus.Testing;
using Nexus.WebSocketHosting.Listening;

namespace Nexus.SystemTests.Golden.AsClient;

/// <summary>The whole hub, put together as its program does, with the recording's clock.</summary>
internal sealed class ReplayedHub : IAsyncDisposable
{
    private const string Name = "localhost";
    private const int SessionBegan = 2;
    private const int SessionEnded = 3;
    private const string ConnectionId = "ConnectionId"; // of both

    private readonly TestCertificates _authority = new();
    private readonly FreePort _grpc = FreePort.Reserve();
    private readonly FreePort _http = FreePort.Reserve();
    private readonly GrpcCarrier _carrier = new(new GrpcCarrierOptions(), TimeProvider.System);
    private readonly LogCollector _logs = new();
    private readonly RegionPeer _region;
    private readonly WebApplication _app;
    private Task _stopping = Task.CompletedTask;

    private ReplayedHub(Dictionary<string, string?> settings, RecordingClock clock)
    {
        _region = new(_authority.IssuePem(Name));
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug).AddProvider(_logs);
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Kestrel:Endpoints:Grpc:Url"] = GrpcAddress,
            ["Kestrel:Endpoints:Http:Url"] = $"http://127.0.0.1:{_http.Port}",
            ["services:certs:grpc:0"] = _region.Address,
            ["services:mesh:grpc:0"] = _region.Address,
        });
        builder.Services.AddSingleton<TimeProvider>(clock.Time);
        builder.AddServiceDefaults();
        builder.AddIdentity(new IdentityTerms(ServiceRole.Hub));
        builder.AddCertificates();
        builder.AddBackends();
        builder.AddStreams();
        builder.AddAnnouncing();
        _app = builder.Build();
        _app.UseSessions();
        _app.MapStreams();
    }

    private string GrpcAddress => $"http://127.0.0.1:{_grpc.Port}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ReplayedHub> StartAsync(Dictionary<string, string?> settings, RecordingClock clock)
    {
        var hub = new ReplayedHub(settings, clock);
        await hub._region.StartAsync();
        await hub._app.StartAsync(Cancellation);
        await hub._logs.WaitForAsync(log => log.Category.EndsWith("CertificateWatcher", StringComparison.Ordinal) && log.EventId.Id == 1);
        return hub;
    }

    /// <summary>What the hub has logged lately, for failures.</summary>
    public string LastWords => string.Join('\n', _logs.Records.Where(log => log.Category.StartsWith("Nexus.", StringComparison.Ordinal)).TakeLast(20).Select(log => $"{log.Category}: {log.Message}"));

    /// <summary>Sessions that have ever begun.</summary>
    public int SessionsBegun => Sessions(SessionBegan).Count;

    /// <summary>The session that began last.</summary>
    public HubSession LastSession => new(this, Sessions(SessionBegan)[^1]);

    /// <summary>Whether the hub has ended a session: it gives no user to it any more.</summary>
    public bool HasEnded(string connectionId) => Sessions(SessionEnded).Contains(connectionId);

    /// <summary>A connection after its TLS handshake.</summary>
    public async Task<WireConnection> DialAsync()
    {
        var endPoint = _app.Services.GetRequiredService<WebSocketListener>().EndPoint ?? throw new InvalidOperationException("Not listening.");
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, endPoint.Port), Cancellation);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = Name, RemoteCertificateValidationCallback = _authority.Validation }, Cancellation).BoundedAsync();
        return new WireConnection(tls, masks: true);
    }

    /// <summary>Opens a user's stream as an edge does.</summary>
    public async Task<RelayClientChannel> OpenAsync(OpenStream open)
    {
        var result = await _carrier.OpenAsync(GrpcAddress, open, ReadOnlyMemory<byte>.Empty, Cancellation).BoundedAsync();
        Assert.True(result.IsAccepted, $"{open.Host}: {result.Refusal} {result.Detail}");
        return (RelayClientChannel)result.Channel;
    }

    /// <summary>All UDP users, as an edge has them.</summary>
    public DatagramClientCall OpenDatagrams(IFlowEvents events) =>
        _carrier.OpenDatagrams(GrpcAddress, events, new DatagramOutboxOptions()) ?? throw new InvalidOperationException("No address.");

    /// <summary>Nothing answers the second token: the hub's log tells when its session has begun.</summary>
    public Task SessionBegunAsync() =>
        _logs.WaitForAsync(log => log.Category.EndsWith(nameof(BackendConnections), StringComparison.Ordinal) && log.EventId.Id == SessionBegan, Cancellation);

    /// <summary>A round trip on the edge's connection: what users have sent before has reached the hub after it.</summary>
    public async Task RoundTripAsync()
    {
        var nobody = new OpenStream { ClientAddress = "192.0.2.1:1", LocalPort = 443, Host = "nobody.example.test" };
        var result = await _carrier.OpenAsync(GrpcAddress, nobody, ReadOnlyMemory<byte>.Empty, Cancellation).BoundedAsync();
        Assert.Equal(OpenRefusal.NotFound, result.Refusal);
    }

    /// <summary>As SIGTERM does.</summary>
    public void BeginStop() => _stopping = _app.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        _carrier.Dispose();
        await _app.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stopping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync();
        await _region.DisposeAsync();
        _logs.Dispose();
        _authority.Dispose();
        _grpc.Dispose();
        _http.Dispose();
    }

    private List<string> Sessions(int what) =>
        [.. _logs.Of(nameof(BackendConnections)).Where(log => log.EventId.Id == what).Select(log => log.Properties[ConnectionId]).OfType<string>()];
}
