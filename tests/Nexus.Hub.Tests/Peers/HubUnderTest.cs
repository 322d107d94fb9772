using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nexus.Contracts.Carriers;
using Nexus.Hub.Announcing;
using Nexus.Hub.Certificates;
using Nexus.Hub.HandOver;
using Nexus.Hub.Outbound;
using Nexus.Hub.Sessions;
using Nexus.Hub.Streams;
using Nexus.Identities;
using Nexus.ServiceDefaults;
using Nexus.Testing;
using Nexus.WebSocketHosting.Listening;

namespace Nexus.Hub.Tests.Peers;

/// <summary>The whole hub as Program.cs puts it together: real Kestrel, real TLS, real gRPC; only the clock is the test's.</summary>
internal sealed class HubUnderTest : IAsyncDisposable
{
    public const string Name = "hub.test";

    /// <summary>As a setting's value: the setting is not there.</summary>
    public const string Absent = "(absent)";

    private readonly FreePort _grpc = FreePort.Reserve();
    private readonly FreePort _http = FreePort.Reserve();
    private readonly GrpcCarrier _carrier = new(new GrpcCarrierOptions(), TimeProvider.System);
    private readonly WebApplication _app;
    private Task _stopping = Task.CompletedTask;

    private HubUnderTest(TestCertificates authority, RegionUnderTest region, ManualTimeProvider? time, Action<IServiceCollection>? more, (string Key, string Value)[] settings)
    {
        Certificates = authority;
        Region = region;
        Time = time ?? new ManualTimeProvider();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug).AddProvider(Logs);
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Kestrel:Endpoints:Grpc:Url"] = GrpcAddress,
            ["Kestrel:Endpoints:Http:Url"] = HttpAddress,
            ["services:certs:grpc:0"] = region.Address,
            ["services:mesh:grpc:0"] = region.Address,
            ["Nexus:Hub:Sessions:ListenAddress"] = "127.0.0.1:0",
            ["Nexus:Hub:Sessions:FrozenAfter"] = "00:00:00", // these peers say only what they are told to say
            ["Nexus:Hub:Authentication:Secret"] = TestToken.Secret,
        });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => setting.Value == Absent ? null : setting.Value));
        more?.Invoke(builder.Services);
        if (time is not null) builder.Services.AddSingleton<TimeProvider>(time);
        builder.AddServiceDefaults();
        builder.AddIdentity(new IdentityTerms(ServiceRole.Hub));
        builder.AddCertificates();
        builder.AddBackends();
        builder.AddStreams();
        builder.AddHandOver();
        builder.AddAnnouncing();
        builder.AddNeighbourhood();
        _app = builder.Build();
        _app.UseSessions();
        _app.MapStreams();
        _app.MapDefaultEndpoints();
        Metrics = new MetricRecorder(_app.Services.GetRequiredService<IMeterFactory>(), "Nexus.Hub");
    }

    public TestCertificates Certificates { get; }

    public RegionUnderTest Region { get; }

    public LogCollector Logs { get; } = new();

    public MetricRecorder Metrics { get; }

    /// <summary>Moves only the clock of a hub that was started with it.</summary>
    public ManualTimeProvider Time { get; }

    public string GrpcAddress => $"http://127.0.0.1:{_grpc.Port}";

    public string HttpAddress => $"http://127.0.0.1:{_http.Port}";

    public IPEndPoint BackendEndPoint => _app.Services.GetRequiredService<WebSocketListener>().EndPoint ?? throw new InvalidOperationException("Not listening.");

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public SessionRegistry Registry => _app.Services.GetRequiredService<SessionRegistry>();

    public LiveStreams Streams => _app.Services.GetRequiredService<LiveStreams>();

    /// <summary>With the system's clock.</summary>
    public static Task<HubUnderTest> StartAsync(params (string Key, string Value)[] settings) => StartAsync(null, null, settings);

    /// <summary>With a clock that only the test moves.</summary>
    public static Task<HubUnderTest> StartWithClockAsync(params (string Key, string Value)[] settings) => StartAsync(new ManualTimeProvider(), null, settings);

    /// <summary>With a clock that stands at that time.</summary>
    public static Task<HubUnderTest> StartAtAsync(DateTimeOffset time, params (string Key, string Value)[] settings) => StartAsync(new ManualTimeProvider(time), null, settings);

    /// <summary>With the test's answers to names, and a clock that only the test moves.</summary>
    public static Task<HubUnderTest> StartWithResolverAsync(ResolveHost resolve, params (string Key, string Value)[] settings) =>
        StartWithAsync(services => services.AddSingleton(resolve), settings);

    /// <summary>With such a clock, and some services of the test's own.</summary>
    public static Task<HubUnderTest> StartWithAsync(Action<IServiceCollection> more, params (string Key, string Value)[] settings) =>
        StartAsync(new ManualTimeProvider(), more, settings);

    /// <summary>Opens a user's stream as an edge does.</summary>
    public async Task<OpenStreamResult> OpenAsync(OpenStream open, byte[]? prelude = null) =>
        await _carrier.OpenAsync(GrpcAddress, open, prelude ?? [], TestContext.Current.CancellationToken).BoundedAsync();

    public Task<OpenStreamResult> OpenAsync(string host, byte[]? prelude = null) => OpenAsync(Request(host), prelude);

    /// <summary>A user whose stream was taken.</summary>
    public async Task<UserPeer> ConnectAsync(string host, byte[]? prelude = null)
    {
        var result = await OpenAsync(host, prelude);
        Assert.True(result.IsAccepted, $"{result.Refusal}: {result.Detail}");
        return new UserPeer((RelayClientChannel)result.Channel);
    }

    public static OpenStream Request(string host) => new() { ClientAddress = "192.0.2.7:40000", LocalPort = 443, Host = host, IsTls = true };

    /// <summary>Moves the clock second by second, with a round trip to the hub after each, so that it comes to act on every one.</summary>
    public async Task AdvanceAsync(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await OpenAsync("nobody.test");
        }
    }

    /// <summary>The same until something has happened.</summary>
    public async Task AdvanceUntilAsync(Task done)
    {
        for (var i = 0; i < 120 && !done.IsCompleted; i++) await AdvanceAsync(1);
        await done.BoundedAsync();
    }

    /// <summary>Changes settings while the hub runs, as an edited file does.</summary>
    public void Reload(params (string Key, string Value)[] settings)
    {
        var configuration = (IConfigurationRoot)_app.Configuration;
        foreach (var (key, value) in settings) configuration[key] = value;
        configuration.Reload();
    }

    /// <summary>A log entry of the class with this event id, already there or still to come.</summary>
    public Task<CollectedLog> LoggedAsync(string category, int eventId, Func<CollectedLog, bool>? match = null) => Logs.WaitForAsync(
        log => log.Category.EndsWith(category, StringComparison.Ordinal) && log.EventId.Id == eventId && match?.Invoke(log) != false,
        TestContext.Current.CancellationToken);

    /// <summary>As SIGTERM does.</summary>
    public Task BeginStop() => _stopping = _app.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        _carrier.Dispose();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        if (_stopping.IsCompletedSuccessfully) await _app.StopAsync(now.Token);
        await _stopping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync();
        await Region.DisposeAsync();
        Metrics.Dispose();
        Logs.Dispose();
        Certificates.Dispose();
        _grpc.Dispose();
        _http.Dispose();
    }

    private static async Task<HubUnderTest> StartAsync(ManualTimeProvider? time, Action<IServiceCollection>? more, (string Key, string Value)[] settings)
    {
        var authority = new TestCertificates();
        var region = new RegionUnderTest(authority);
        await region.StartAsync();
        var hub = new HubUnderTest(authority, region, time, more, settings);
        await hub._app.StartAsync(TestContext.Current.CancellationToken);
        await hub.LoggedAsync("CertificateWatcher", 1);
        return hub;
    }
}
