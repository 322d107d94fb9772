using System.Runtime.Versioning;
using System.Threading.Channels;
using Nexus.Contracts.Carriers.HandOver;
using Nexus.Contracts.Routing.V1;

namespace Nexus.Edge.Tests.Fakes;

/// <summary>The way by hand-over to an edge's <see cref="FakeHub"/>, which has the other way too; the test does what a hub does with arrivals.</summary>
[SupportedOSPlatform("linux")]
internal sealed class HandOverHub : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HandOverListener _listener;
    private readonly Task _running;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<HandOverArrival> _arrivals = Channel.CreateUnbounded<HandOverArrival>();

    /// <param name="id">Who listens there.</param>
    public HandOverHub(string id)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux passes sockets.");
        Path = _folder.PathOf("hub.sock");
        _listener = HandOverListener.Bind(Path, TimeProvider.System);
        _running = _listener.RunAsync(id, ServeAsync);
    }

    public string Path { get; }

    /// <summary>An edge whose hub has announced this way, for app.test; the routes are of revision 2 then.</summary>
    public static async Task<(EdgeUnderTest Edge, HandOverHub Hub)> StartAsync(string? realId = null, params (string Key, string Value)[] settings)
    {
        var edge = await EdgeUnderTest.StartAsync(settings);
        var hub = new HandOverHub(realId ?? WatchCall.IdOf(edge.Hub.Address));
        await hub.AnnounceAsync(edge, 2);
        return (edge, hub);
    }

    public async Task AnnounceAsync(EdgeUnderTest edge, ulong revision)
    {
        var target = WatchCall.TargetOf(edge.Hub.Address);
        target.HandOverPath = Path;
        edge.Watch?.Delta(revision, delta =>
        {
            delta.TargetUpserts.Add(target);
            delta.RouteUpserts.Add(new TargetRoute { TargetId = target.Id, Key = WatchCall.KeyOf("app.test"), Weight = 1 });
        });
        await edge.RoutesInForceAsync(revision);
    }

    public Task<HandOverArrival> NextAsync() => _arrivals.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().BoundedAsync();

    /// <summary>A user that has said hello, and is the hub's.</summary>
    public async Task<(User User, HandOverArrival Arrival)> ConnectAsync(EdgeUnderTest edge)
    {
        var user = await edge.ConnectAsync();
        await user.SendAsync(Peeking.Hellos.For("app.test"));
        var arrival = await NextAsync();
        Assert.True(await arrival.AcceptAsync());
        return (user, arrival);
    }

    public async ValueTask DisposeAsync()
    {
        _ended.TrySetResult();
        await _listener.DisposeAsync().AsTask().BoundedAsync();
        await _running.BoundedAsync();
        _folder.Dispose();
    }

    /// <summary>A stream by a pair of sockets lasts as long as it is served; with a user's own socket the test does what it likes.</summary>
    private async Task ServeAsync(HandOverArrival arrival)
    {
        await _arrivals.Writer.WriteAsync(arrival);
        if (arrival.Pair is not null) await _ended.Task;
    }
}
