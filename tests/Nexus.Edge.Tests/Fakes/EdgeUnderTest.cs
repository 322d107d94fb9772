using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Nexus.Edge.Listening;
using Nexus.Edge.PlainHttp;
using Nexus.Identities;
using Nexus.ServiceDefaults;

namespace Nexus.Edge.Tests.Fakes;

/// <summary>The whole service on loopback ports, with a clock that the test moves, a mesh that it writes and a hub that it plays.</summary>
internal sealed class EdgeUnderTest : IAsyncDisposable
{
    private const int InForce = 205;

    private readonly WebApplication _app;
    private readonly LogCollector _logs;

    private EdgeUnderTest(WebApplication app, LogCollector logs, ManualTimeProvider time, FakeMesh mesh, FakeHub hub)
    {
        _app = app;
        _logs = logs;
        Time = time;
        Mesh = mesh;
        Hub = hub;
        Metrics = new MetricRecorder(app.Services.GetRequiredService<IMeterFactory>(), "Nexus.Edge");
    }

    public ManualTimeProvider Time { get; }

    public FakeMesh Mesh { get; }

    /// <summary>Serves app.test and *.wild.test, unless the test takes over the directory.</summary>
    public FakeHub Hub { get; }

    public MetricRecorder Metrics { get; }

    public LogCollector Logs => _logs;

    /// <summary>The edge's call to the mesh.</summary>
    public WatchCall? Watch { get; private set; }

    public int RelayPort => _app.Services.GetRequiredService<RelayListener>().EndPoints[0].Port;

    public int HttpPort => _app.Services.GetRequiredService<PlainHttpServer>().EndPoint?.Port ?? throw new InvalidOperationException("Port 80 is off.");

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static Task<EdgeUnderTest> StartAsync(params IEnumerable<(string Key, string Value)> settings) => StartAsync(null, settings);

    /// <summary>With a second mesh, which stays the caller's; the edge watches either of them.</summary>
    public static Task<EdgeUnderTest> StartBesideAsync(FakeMesh second) => StartAsync(second, [("services:mesh:grpc:1", second.Address.ToString())]);

    /// <summary>The mesh that <see cref="Watch"/> is a call to.</summary>
    public FakeMesh? Watched { get; private set; }

    /// <summary>The first call to the other mesh, once there is one.</summary>
    public Task<WatchCall>? CallToOther { get; private set; }

    private static async Task<EdgeUnderTest> StartAsync(FakeMesh? second, IEnumerable<(string Key, string Value)> settings)
    {
        var mesh = new FakeMesh();
        await mesh.StartAsync();
        var hub = await FakeHub.StartAsync();
        var edge = Build(mesh, hub, settings);
        await edge._app.StartAsync(TestContext.Current.CancellationToken).BoundedAsync();
        var calls = new[] { mesh, second }.OfType<FakeMesh>().ToDictionary(each => each.NextCallAsync());
        var called = await Task.WhenAny(calls.Keys);
        edge.Watched = calls[called];
        edge.CallToOther = calls.Keys.SingleOrDefault(call => call != called);
        edge.Watch = await called;
        edge.Watch.Snapshot(1, (hub.Address, "app.test", 1u), (hub.Address, "*.wild.test", 1u));
        await edge.RoutesInForceAsync(1);
        return edge;
    }

    /// <summary>The hub claims ports; the routes are of revision 2 then.</summary>
    public void Claim(params IEnumerable<int> ports) => Watch?.Delta(2, delta => delta.RouteUpserts.AddRange(ports.Select(port =>
        new Contracts.Routing.V1.TargetRoute { TargetId = WatchCall.IdOf(Hub.Address), Key = new Contracts.Routing.V1.RouteKey { TcpPort = (uint)port }, Weight = 1 })));

    public Task<User> ConnectAsync(int receiveBuffer = 0) => User.ConnectAsync(RelayPort, receiveBuffer);

    /// <summary>A user that has said hello, and the hub's end of its stream with the hello read.</summary>
    public async Task<(User User, HubStream Stream)> ConnectThroughAsync(string host = "app.test", int receiveBuffer = 0)
    {
        var user = await ConnectAsync(receiveBuffer);
        var hello = Peeking.Hellos.For(host);
        await user.SendAsync(hello);
        var stream = await Hub.NextAsync();
        Assert.Equal(hello, await stream.ReadAsync(hello.Length));
        return (user, stream);
    }

    public Task RoutesInForceAsync(ulong revision) => _logs.WaitForAsync(log => log.EventId.Id == InForce && Equals(log.Properties["Revision"], revision), TestContext.Current.CancellationToken);

    /// <summary>The error.type of the n-th connection that ended; null for an orderly end.</summary>
    public async Task<string?> EndOfAsync(int number = 1)
    {
        await Metrics.WaitForSumAsync("nexus.edge.connections", number).BoundedAsync();
        return Metrics.Of("nexus.edge.connections")[number - 1].Tags.GetValueOrDefault("error.type") as string;
    }

    /// <summary>A setting changes while the edge runs, as when the node's file is read again.</summary>
    public void Change(string key, string value)
    {
        _app.Configuration[key] = value;
        ((IConfigurationRoot)_app.Configuration).Reload();
    }

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Metrics.Dispose();
        await Mesh.DisposeAsync();
        var stopped = _app.DisposeAsync().AsTask();
        await stopped.BoundedAsync();
        await Hub.DisposeAsync();
    }

    private static EdgeUnderTest Build(FakeMesh mesh, FakeHub hub, IEnumerable<(string Key, string Value)> settings)
    {
        var time = new ManualTimeProvider();
        var logs = new LogCollector();
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Kestrel:Endpoints:Http:Url"] = "http://127.0.0.1:0",
            ["services:mesh:grpc:0"] = mesh.Address.ToString(),
            ["Nexus:Edge:Listening:RelayPorts:0"] = "0",
            ["Nexus:Edge:PlainHttp:Port"] = "0",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug).AddProvider(logs);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.AddServiceDefaults();
        builder.AddIdentity(new IdentityTerms(ServiceRole.Edge));
        builder.AddEdge();
        var app = builder.Build();
        app.MapDefaultEndpoints();
        return new(app, logs, time, mesh, hub);
    }
}
