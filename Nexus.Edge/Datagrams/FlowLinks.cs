using Grpc.Core;
using Microsoft.Extensions.Options;
using Nexus.Contracts.Carriers;
using Nexus.Edge.Routing;
using Route = Nexus.Edge.Routing.Route;

namespace Nexus.Edge.Datagrams;

/// <summary>The calls that carry flows: one for each target that has any, opened with the first and kept until it breaks.</summary>
internal sealed class FlowLinks(GrpcCarrier carrier, IOptions<RoutingOptions> routing, TimeProvider time, ILogger<FlowLinks> logger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Target, FlowLink> _links = [];
    private readonly HashSet<Task> _running = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Tries the targets of a route, by turns and weight, until one has room for the flow.</summary>
    public bool TryOpen(Route route, Flow flow, OpenStream open)
    {
        var chooser = new TargetChooser(route, routing.Value.MaxAttempts, time);
        while (chooser.Next() is { } target)
        {
            if (Find(target) is { } link && link.TryOpen(flow, open)) return true;
        }

        return false;
    }

    /// <summary>Ends all calls and waits for them.</summary>
    public async Task StopAsync()
    {
        Task[] running;
        lock (_lock) running = [.. _running];
        await _stop.CancelAsync();
        await Task.WhenAll(running);
    }

    public void Dispose() => _stop.Dispose();

    private FlowLink? Find(Target target)
    {
        lock (_lock)
        {
            if (_links.TryGetValue(target, out var link)) return link;
            // One attempt in a while: while a hub is away, every datagram would be one, with a line in the log.
            if (_stop.IsCancellationRequested || target.IsAvoided(time)) return null;
            link = new FlowLink(target, carrier);
            _links.Add(target, link);
            var running = RunAsync(link);
            _running.Add(running);
            running.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            DatagramsLog.LinkOpened(logger, target.Id);
            return link;
        }
    }

    private async Task RunAsync(FlowLink link)
    {
        await Task.Yield(); // not under the lock
        var status = new Status(StatusCode.Internal, "");
        try
        {
            status = await link.RunAsync(_stop.Token);
        }
        finally
        {
            link.Target.Avoid(time, routing.Value.AvoidFailedTarget);
            lock (_lock) _links.Remove(link.Target);
            if (!_stop.IsCancellationRequested)
            {
                DatagramsLog.LinkLost(logger, link.Target.Id, status.StatusCode, status.Detail);
            }
        }
    }

    private void Forget(Task running)
    {
        lock (_lock) _running.Remove(running);
    }
}
