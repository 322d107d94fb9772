using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Nexus.Contracts.Carriers;
using Nexus.Mesh.Directory;
using Nexus.Mesh.Peering.Links;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Peering.Tunnels;

/// <summary>
/// Takes other regions' users from peers and brings each to a hub of this region (spec/node.md §5.6): never to another peer. Who cannot be
/// served is refused at once, where the original is silent.
/// </summary>
internal sealed class DestinationTunnels(
    RequestCheck requests, RouteDirectory directory, HubStreams hubs, HubTurns turns, TunnelRunner runner, IOptions<PeeringOptions> options, TimeProvider time,
    ILogger<DestinationTunnels> logger)
{
    /// <summary>What a hub takes (W3C Trace Context §3.3.1.5).</summary>
    private const int MaxTraceStateLength = 512;

    private readonly ConcurrentDictionary<Task, bool> _running = new();

    /// <summary>Called on the link's receive loop: what takes time goes on beside it.</summary>
    public void Take(PeerLink link, in ControlMessage request)
    {
        var id = request.StreamId;
        if (requests.Check(request, out var key) is { } refusal)
        {
            Refuse(link, id, refusal);
            return;
        }

        var local = new LateChannel();
        if (link.TryAdd(id, local) is not { } tunnel)
        {
            if (!link.TryReset(id)) Refuse(link, id, TunnelEnd.Full);
            return;
        }

        tunnel.Welcome();
        var running = ServeAsync(tunnel, local, ToOpen(request, key), key, request.TraceParent, request.TraceState);
        if (running.IsCompleted) return;
        _running[running] = true;
        running.ContinueWith(static (done, all) => ((ConcurrentDictionary<Task, bool>)all!).TryRemove(done, out _), _running, TaskScheduler.Default);
    }

    /// <summary>Once the links have ended.</summary>
    public Task WhenOverAsync() => Task.WhenAll(_running.Keys);

    private void Refuse(PeerLink link, StreamId id, TunnelEnd refusal)
    {
        link.Refuse(id, refusal);
        runner.Refused(TunnelSide.Destination, refusal);
    }

    private async Task ServeAsync(Tunnel tunnel, LateChannel local, OpenStream open, RouteKey key, string? traceParent, string? traceState)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the link's receiver goes on
        var span = MeshTracing.Start(TunnelSide.Destination, traceParent, traceState);
        var end = TunnelEnd.Fault;
        try
        {
            end = await ServeAsync(tunnel, local, span is null ? open : open with { TraceParent = span.Id ?? "", TraceState = ShortOf(span.TraceStateString) }, key);
        }
        catch (Exception e)
        {
            // The owner of the task: a fault with one user is logged, and touches no other.
            PeeringLog.TunnelFaulted(logger, e);
            tunnel.Abandon(TunnelEnd.Fault);
        }
        finally
        {
            MeshTracing.End(span, end);
        }
    }

    private async Task<TunnelEnd> ServeAsync(Tunnel tunnel, LateChannel local, OpenStream open, RouteKey key)
    {
        var (hub, refusal) = await OpenAsync(tunnel, open, key);
        if (hub is null)
        {
            tunnel.Abandon(refusal);
            runner.Refused(TunnelSide.Destination, refusal);
            return refusal;
        }

        await using (hub)
        {
            local.Become(hub);
            tunnel.Accept(hub);
            var end = await runner.RunAsync(TunnelSide.Destination, tunnel, Task.CompletedTask, CancellationToken.None);
            // A node of the original closes both directions at once; what it sent before is the hub's to deliver.
            if (end == TunnelEnd.Completed) await LeaveAsync(hub);
            return end;
        }
    }

    /// <summary>
    /// Until the hub has ended the stream in both directions, within bounds: to break it off would break what is on its way to the backend. But one
    /// that goes on answering somebody who has left is told so, or it would answer to the end, at full speed and for nobody.
    /// </summary>
    private async Task LeaveAsync(ICarriedStream hub)
    {
        var limit = options.Value.HalfClosedIdleTimeout;
        if (!await LingeringClose.DrainAsync(hub, limit, LingeringClose.MaxBytes, time, CancellationToken.None)) return;
        await ((Task)hub.WhenOverAsync()).WaitAsync(limit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>A hub's stream, from whichever hub takes it.</summary>
    private async Task<(ICarriedStream? Hub, TunnelEnd Refusal)> OpenAsync(Tunnel tunnel, OpenStream open, RouteKey key)
    {
        var refusal = TunnelEnd.NoBackend;
        var order = turns.Order(directory.Local.Current.Find(key)).Take(options.Value.MaxAttempts).ToList();
        foreach (var (i, hub) in order.Index())
        {
            var opened = await OpenAsync(tunnel, open, hub, i + 1 < order.Count ? options.Value.HubTimeout : Timeout.InfiniteTimeSpan);
            if (opened is not { } answer) return (null, TunnelEnd.PeerReset);
            if (answer.Channel is ICarriedStream stream) return (stream, default);
            refusal = ToRefusal(answer.Refusal) ?? refusal;
            turns.NoteRefusal(hub, answer.Refusal);
        }

        return (null, refusal);
    }

    /// <summary>Null when the user has left, or the link is lost.</summary>
    private async Task<OpenStreamResult?> OpenAsync(Tunnel tunnel, OpenStream open, HubTarget hub, TimeSpan limit)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var unwanted = CancellationTokenSource.CreateLinkedTokenSource(late.Token);
        var opening = hubs.OpenAsync(hub, open, unwanted.Token).AsTask();
        if (await Task.WhenAny(opening, tunnel.Over) != opening)
        {
            await unwanted.CancelAsync();
            await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!opening.IsCanceled) return await opening;
        return tunnel.Over.IsCompleted ? null : new OpenStreamResult(null, OpenRefusal.Timeout, $"no answer within {limit.TotalSeconds:0.0} s");
    }

    private static string ShortOf(string? traceState) => traceState is { Length: <= MaxTraceStateLength } ? traceState : "";

    /// <summary>Null for one that says nothing new.</summary>
    private static TunnelEnd? ToRefusal(OpenRefusal refusal) => refusal switch
    {
        OpenRefusal.ResourceExhausted => TunnelEnd.Full,
        OpenRefusal.NotFound => null,
        _ => TunnelEnd.Draining,
    };

    private static OpenStream ToOpen(in ControlMessage request, RouteKey key) => new()
    {
        ClientAddress = request.ClientAddress ?? "",
        LocalPort = request.Port,
        Host = key.Kind == RouteKind.Host ? key.Name : "",
        ClaimedPort = key.Kind == RouteKind.TcpPort ? key.Port : 0,
        IsTls = request.IsTls,
    };
}
