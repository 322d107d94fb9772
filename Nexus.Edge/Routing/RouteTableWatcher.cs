using Grpc.Core;
using Microsoft.Extensions.Options;
using Nexus.Contracts.Routing.V1;

namespace Nexus.Edge.Routing;

/// <summary>
/// Keeps <see cref="LiveRoutes"/> in step with the directory: a snapshot, then deltas; after a gap or a loss a new call to the next replica,
/// with growing, jittered pauses. While all are away the last table stays in force.
/// </summary>
internal sealed class RouteTableWatcher(
    DirectoryReplicas directories,
    LiveRoutes routes,
    RoutingMetrics metrics,
    IOptions<RoutingOptions> options,
    TimeProvider time,
    ILogger<RouteTableWatcher> logger) : BackgroundService
{
    private readonly WatchRequest _request = new() { WatcherId = Guid.NewGuid().ToString("N") };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            var watch = new DirectoryWatch(routes, logger);
            var (end, detail) = await FollowAsync(watch, stoppingToken);
            if (stoppingToken.IsCancellationRequested) return;

            metrics.WatchEnded(end);
            // A directory that gives a snapshot and is lost at once, again and again, is not well: a snapshot is dear.
            if (watch.HasSnapshot && time.GetElapsedTime(began) >= options.Value.MaxReconnectDelay) failures = 0;
            if (end == WatchEnd.Lost && failures == 0) RoutingLog.Lost(logger, detail);
            else if (end == WatchEnd.Lost) RoutingLog.StillAway(logger, detail);
            await Task.Delay(PauseAfter(failures / directories.Count), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            failures++;
        }
    }

    private async Task<(WatchEnd End, string Detail)> FollowAsync(DirectoryWatch watch, CancellationToken stoppingToken)
    {
        using var late = new CancellationTokenSource(options.Value.SnapshotTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stoppingToken);
        try
        {
            using var call = directories.Next().Watch(_request, cancellationToken: either.Token);
            while (await call.ResponseStream.MoveNext(either.Token))
            {
                if (watch.Apply(call.ResponseStream.Current) is { } end) return (end, "");
                late.CancelAfter(Timeout.InfiniteTimeSpan); // a watch is silent while nothing changes
            }
            return (WatchEnd.Lost, "The directory ended the call.");
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested && late.IsCancellationRequested && e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            return (WatchEnd.Lost, "It gave no snapshot in time.");
        }
        catch (RpcException e) when (!stoppingToken.IsCancellationRequested)
        {
            return (WatchEnd.Lost, $"{e.StatusCode}: {e.Status.Detail}");
        }
        catch (Exception e) when (stoppingToken.IsCancellationRequested && e is OperationCanceledException or RpcException)
        {
            return (WatchEnd.Lost, "Stopping.");
        }
    }

    /// <summary>Full jitter, so that the edges of a region do not come back at one moment.</summary>
    private TimeSpan PauseAfter(int failures)
    {
        var ceiling = Math.Min(options.Value.MaxReconnectDelay.TotalMilliseconds, options.Value.MinReconnectDelay.TotalMilliseconds * Math.Pow(2, failures));
        return TimeSpan.FromMilliseconds(Math.Max(1, Random.Shared.NextDouble() * ceiling));
    }
}
