using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Contracts.Routing.V1;
using Nexus.Edge.Routing;

namespace Nexus.Benchmarks.LargeHub;

/// <summary>An edge without users: its call to a mesh, and the table that it makes of what it is told, by the edge's own code.</summary>
internal sealed class PlayedEdge : IAsyncDisposable
{
    private readonly LiveRoutes _routes = new();
    private readonly DirectoryWatch _watch;
    private readonly DirectoryReplicas _directories;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<(Func<RouteTable, bool> IsSo, TaskCompletionSource<long> Seen)> _waiting = [];
    private readonly Action<WatchResponse, long>? _received;
    private readonly Task _running;
    private long _bytes;

    /// <param name="mesh">The address of its gRPC service.</param>
    /// <param name="received">Is given every message, with a timestamp.</param>
    public PlayedEdge(string mesh, Action<WatchResponse, long>? received = null)
    {
        _received = received;
        _watch = new(_routes, NullLogger.Instance);
        _directories = new([new Uri(mesh)]);
        _running = RunAsync();
    }

    /// <summary>Of all messages so far.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public RouteTable Table => _routes.Table;

    /// <summary>The timestamp at which the table had become so.</summary>
    public async Task<long> UntilAsync(Func<RouteTable, bool> isSo, TimeSpan limit)
    {
        var seen = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (isSo(_routes.Table)) return Stopwatch.GetTimestamp();
            _waiting.Add((isSo, seen));
        }

        var first = await Task.WhenAny(seen.Task, _running).WaitAsync(limit);
        if (first == _running) await _running; // throws, or:
        if (first == _running) throw new InvalidOperationException("The mesh has ended the watch.");
        return await seen.Task;
    }

    public Task<long> UntilServedAsync(string name, bool isServed, TimeSpan limit) => UntilAsync(table => table.FindHost(name) is not null == isServed, limit);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _directories.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var call = _directories.Next().Watch(new WatchRequest { WatcherId = "benchmark" }, cancellationToken: _stop.Token);
        while (await call.ResponseStream.MoveNext(_stop.Token))
        {
            var response = call.ResponseStream.Current;
            if (_watch.Apply(response) is { } end) throw new InvalidOperationException($"The watch is over: {end}.");
            Interlocked.Add(ref _bytes, response.CalculateSize());
            var now = Stopwatch.GetTimestamp();
            _received?.Invoke(response, now);
            Tell(now);
        }
    }

    private void Tell(long now)
    {
        lock (_lock)
        {
            var table = _routes.Table;
            _waiting.RemoveAll(each => each.IsSo(table) && each.Seen.TrySetResult(now));
        }
    }
}
