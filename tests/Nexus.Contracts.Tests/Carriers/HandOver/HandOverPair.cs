using System.Collections.Concurrent;
using System.Runtime.Versioning;
using System.Threading.Channels;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>A caller and a target in one process, over real sockets; the test plays what the target does with arrivals.</summary>
[SupportedOSPlatform("linux")]
internal sealed class HandOverPair : IAsyncDisposable
{
    public const string TargetId = "target-1";

    private readonly TemporaryFolder _folder = new();
    private readonly HandOverListener _listener;
    private readonly Task _running;
    private readonly Channel<(HandOverArrival Arrival, TaskCompletionSource Done)> _arrivals = Channel.CreateUnbounded<(HandOverArrival, TaskCompletionSource)>();

    private readonly ConcurrentBag<TaskCompletionSource> _serving = [];

    public HandOverPair(TimeProvider? time = null, HandOverCarrierOptions? options = null, string targetId = TargetId)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux passes sockets.");
        Path = _folder.PathOf("hub.sock");
        _listener = HandOverListener.Bind(Path, TimeProvider.System);
        _running = _listener.RunAsync(targetId, ServeAsync);
        Carrier = new HandOverCarrier(options ?? new HandOverCarrierOptions(), time ?? TimeProvider.System);
    }

    public string Path { get; }

    public HandOverCarrier Carrier { get; }

    public static HandOverRequest Request(byte[]? prelude = null, byte[]? lastWords = null) => new(Opens.Some, prelude ?? [], lastWords ?? []);

    public Task<HandOverResult> OfferAsync(SocketPair user, HandOverRequest? request = null, CancellationToken? cancellation = null) =>
        Carrier.TryOpenAsync(Path, TargetId, request ?? Request(), user.Far, cancellation ?? TestContext.Current.CancellationToken).BoundedAsync();

    /// <summary>Opens a stream by a pair of sockets.</summary>
    public Task<OpenStreamResult?> OpenStreamAsync(OpenStream open, byte[]? prelude = null, CancellationToken? cancellation = null) =>
        Carrier.TryOpenStreamAsync(Path, TargetId, open, prelude ?? [], cancellation ?? TestContext.Current.CancellationToken).BoundedAsync();

    /// <summary>The next arrival; it is served until the test completes the second.</summary>
    public Task<(HandOverArrival Arrival, TaskCompletionSource Done)> NextAsync() => _arrivals.Reader.ReadAsync(TestContext.Current.CancellationToken).BoundedAsync();

    /// <summary>A user that the target has, with the end of its service left to the test.</summary>
    public async Task<(HandedOverStream Stream, HandOverArrival Arrival)> HandOverAsync(SocketPair user, HandOverRequest? request = null)
    {
        var offering = OfferAsync(user, request);
        var (arrival, done) = await NextAsync();
        Assert.True(await arrival.AcceptAsync());
        done.SetResult();
        var result = await offering;
        Assert.True(result.IsAccepted);
        return (result.Stream, arrival);
    }

    public ValueTask StopTargetAsync() => _listener.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        _arrivals.Writer.TryComplete();
        foreach (var done in _serving) done.TrySetResult();
        await Carrier.DisposeAsync().BoundedAsync();
        await _listener.DisposeAsync().BoundedAsync();
        await _running.BoundedAsync();
        _folder.Dispose();
    }

    private async Task ServeAsync(HandOverArrival arrival)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _serving.Add(done);
        if (_arrivals.Writer.TryWrite((arrival, done))) await done.Task;
    }
}
