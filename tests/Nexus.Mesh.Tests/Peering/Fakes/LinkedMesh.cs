using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nexus.Contracts.Carriers;
using Nexus.Identities;
using Nexus.Mesh.Configuration;
using Nexus.Mesh.Directory;
using Nexus.Mesh.Peering;
using Nexus.Mesh.Peering.Links;
using Nexus.Mesh.Peering.Routes;
using Nexus.Mesh.Peering.Tunnels;
using Nexus.Mesh.Store;
using Nexus.ServiceDefaults;
using Nexus.WebSocketHosting.Listening;

namespace Nexus.Mesh.Tests.Peering.Fakes;

/// <summary>The whole mesh as Program.cs puts it together: real Kestrel, real TLS, real gRPC; only the clock can be the test's.</summary>
internal sealed class LinkedMesh : IAsyncDisposable
{
    public const string Suffix = "mesh.test";

    private readonly FreePort _grpc = FreePort.Reserve();
    private readonly GrpcCarrier _carrier = new(new GrpcCarrierOptions(), TimeProvider.System);
    private readonly GrpcChannel _channel;
    private readonly CertificateServer _certificates;
    private readonly WebApplication _app;
    private readonly bool _ownsPki;
    private readonly List<IDisposable> _announcements = [];
    private Task _stopping = Task.CompletedTask;

    private LinkedMesh(PeerPki pki, bool ownsPki, CertificateServer certificates, ManualTimeProvider? time, ILoggerProvider? watcher, (string Key, string Value)[] settings)
    {
        (Pki, _ownsPki, _certificates, Time) = (pki, ownsPki, certificates, time ?? new ManualTimeProvider());
        var builder = NexusHost.CreateBuilder([]);
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(
        [
            new("Kestrel:Endpoints:Grpc:Url", GrpcAddress),
            new("services:certs:grpc:0", certificates.Address),
            new("Nexus:Mesh:Region", "near"),
            new("Nexus:Mesh:Directory:Settle", "00:00:00"),
            new("Nexus:Mesh:Peering:ListenAddress", "127.0.0.1:0"),
            new("Nexus:Mesh:Peering:TrustedDomainSuffixes:0", Suffix),
            new("Nexus:Mesh:Peering:AuthorityFiles:0", pki.RootFile),
            new("Nexus:Mesh:Peering:AnnouncePause", "00:00:00"),
        ]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)));
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug).AddProvider(Logs);
        if (watcher is not null) builder.Logging.AddProvider(watcher);
        if (time is not null) builder.Services.AddSingleton<TimeProvider>(time);
        builder.AddServiceDefaults();
        builder.AddIdentity(new IdentityTerms(ServiceRole.Mesh));
        builder.AddDirectory();
        builder.AddStore();
        builder.AddPeering();
        _app = builder.Build();
        _app.UsePeering();
        _app.MapDefaultEndpoints();
        _app.MapDirectory();
        _channel = GrpcDefaults.CreateChannel(new Uri(GrpcAddress));
        Metrics = new MetricRecorder(Get<IMeterFactory>(), "Nexus.Mesh");
    }

    public PeerPki Pki { get; }

    public LogCollector Logs { get; } = new();

    public MetricRecorder Metrics { get; }

    public ManualTimeProvider Time { get; }

    /// <summary>Subjects of what the mesh sent beside its own certificate when it was last dialled.</summary>
    public IReadOnlyList<string> ShownChain { get; set; } = [];

    public string GrpcAddress => $"http://127.0.0.1:{_grpc.Port}";

    public IPEndPoint PeerEndPoint => Get<WebSocketListener>().EndPoint ?? throw new InvalidOperationException("Not listening.");

    public string PeerUrl => $"wss://localhost:{PeerEndPoint.Port}/mesh";

    public PeerLinks Links => Get<PeerLinks>();

    public PeerTable Table => Get<PeerTable>();

    public string NodeId => Get<MeshIdentity>().NodeId;

    public RouteDirectory Directory => Get<RouteDirectory>();

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static Task<LinkedMesh> StartAsync(params (string Key, string Value)[] settings) => StartAsync(null, null, null, settings);

    /// <summary>With a clock that only the test moves.</summary>
    public static Task<LinkedMesh> StartWithClockAsync(params (string Key, string Value)[] settings) =>
        StartAsync(null, new ManualTimeProvider(DateTimeOffset.UtcNow), null, settings);

    public static async Task<LinkedMesh> StartAsync(PeerPki? shared, ManualTimeProvider? time, ILoggerProvider? watcher, (string Key, string Value)[] settings, X509Certificate2? certificate = null)
    {
        var pki = shared ?? new PeerPki();
        using var own = certificate ?? pki.Issue("localhost", "near.mesh.test");
        var pem = TestCertificatePem.Of(own);
        var chain = certificate is null ? pem.Certificate : $"{pem.Certificate}\n{pki.Intermediate.ExportCertificatePem()}";
        var certificates = new CertificateServer(chain, pem.PrivateKey);
        await certificates.StartAsync();
        var mesh = new LinkedMesh(pki, shared is null, certificates, time, watcher, settings);
        await mesh._app.StartAsync(TestContext.Current.CancellationToken).BoundedAsync();
        await mesh.LoggedAsync("CertificateWatcher", 1);
        return mesh;
    }

    public static (string Key, string Value) Option(string name, string value) => ($"Nexus:Mesh:Peering:{name}", value);

    /// <summary>A hub of this region announces routes, by gRPC; its word stands when this returns.</summary>
    public async Task<HubAnnouncement> AnnounceAsync(FakeHub hub, params string[] names)
    {
        var announcement = await HubAnnouncement.OpenAsync(_channel, hub.Address);
        _announcements.Add(announcement);
        await announcement.FullAsync(names);
        return announcement;
    }

    /// <summary>What every link has said was taken in, as far as it has come.</summary>
    public Task SettledAsync() => EventuallyAsync(() => Links.All.Any() && Links.All.All(link => link.TakesTunnels), "A link was not introduced.");

    public static Task EventuallyAsync(Func<bool> isSo, string otherwise) => Eventually.SucceedsAsync(() => Task.FromResult(isSo()), () => otherwise);

    /// <summary>The names that other regions serve, seen from here.</summary>
    public Task ServedAsync(string name, bool isServed = true)
    {
        Assert.True(Protocol.Peering.PeerName.TryParse(name, out var key));
        return EventuallyAsync(() => Table.Choose(key, []) is not null == isServed, $"{name} is {(isServed ? "not " : "")}served.");
    }

    public static OpenStream Open(string host) => new() { ClientAddress = "192.0.2.7:40000", LocalPort = 443, Host = host, IsTls = true };

    /// <summary>Brings a user, as an edge does.</summary>
    public Task<OpenStreamResult> OpenAsync(OpenStream open, byte[]? prelude = null) =>
        _carrier.OpenAsync(GrpcAddress, open, prelude ?? [], TestContext.Current.CancellationToken).BoundedAsync();

    /// <summary>A user who was taken.</summary>
    public static async Task<MeshUser> TakenAsync(Task<OpenStreamResult> opening)
    {
        var result = await opening;
        Assert.True(result.IsAccepted, $"{result.Refusal}: {result.Detail}");
        return new((RelayClientChannel)result.Channel);
    }

    /// <summary>A user of a name that this peer serves, and the tunnel's id: accepted by the peer.</summary>
    public async Task<(MeshUser User, Guid Id)> ConnectAsync(ScriptedPeer peer, string host, byte[]? prelude = null)
    {
        var opening = OpenAsync(Open(host), prelude);
        var id = (await peer.NextRequestAsync()).Id;
        await peer.GrantAsync(id, 64);
        return (await TakenAsync(opening), id);
    }

    public Task<CollectedLog> LoggedAsync(string category, int eventId, Func<CollectedLog, bool>? match = null) => Logs.WaitForAsync(
        log => log.Category.EndsWith(category, StringComparison.Ordinal) && log.EventId.Id == eventId && match?.Invoke(log) != false,
        TestContext.Current.CancellationToken);

    /// <summary>How a link ended, as the log has it.</summary>
    public async Task<PeerLinkEnd> LinkEndAsync() => (PeerLinkEnd)((await LoggedAsync("PeerLinks", 2)).Properties["End"] ?? throw new InvalidOperationException("No end."));

    /// <summary>How a tunnel ended.</summary>
    public async Task<TunnelEnd> TunnelEndAsync() => (TunnelEnd)((await LoggedAsync("TunnelRunner", 6)).Properties["End"] ?? throw new InvalidOperationException("No end."));

    /// <summary>As SIGTERM does.</summary>
    public Task BeginStop() => _stopping = _app.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        _announcements.ForEach(announcement => announcement.Dispose());
        _carrier.Dispose();
        _channel.Dispose();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        if (_stopping.IsCompletedSuccessfully) await _app.StopAsync(now.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stopping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync();
        await _certificates.DisposeAsync();
        Metrics.Dispose();
        Logs.Dispose();
        if (_ownsPki) Pki.Dispose();
        _grpc.Dispose();
    }
}
