using Grpc.Core;
using Nexus.Contracts.Routing.V1;
using Wire = Nexus.Contracts.Routing.V1;

namespace Nexus.Mesh.Directory;

/// <summary>The calls of routing.proto on the directory.</summary>
internal sealed class RouteDirectoryService(RouteDirectory directory, TimeProvider time) : Wire.RouteDirectory.RouteDirectoryBase
{
    public override async Task Announce(
        IAsyncStreamReader<AnnounceRequest> requestStream, IServerStreamWriter<AnnounceResponse> responseStream, ServerCallContext context)
    {
        var (target, call) = await ReadOpenAsync(requestStream, context.CancellationToken);
        using var announcement = directory.Announce(target, call);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, announcement.Ended);
        try
        {
            while (await requestStream.MoveNext(ended.Token))
            {
                announcement.Renew();
                var answer = Apply(requestStream.Current, announcement);
                if (answer is not null) await responseStream.WriteAsync(answer, ended.Token);
            }

            announcement.Finish(AnnouncementEnd.Completed);
        }
        catch (OperationCanceledException) when (announcement.End is { } end && !context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(StatusOf(end));
        }
    }

    public override async Task Watch(WatchRequest request, IServerStreamWriter<WatchResponse> responseStream, ServerCallContext context)
    {
        await directory.SettleAsync(context.CancellationToken);
        using var watch = directory.TryWatch() ?? throw new RpcException(new Status(StatusCode.ResourceExhausted, "There are too many watchers."));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, watch.Ended);
        // Cancelling a write resets the stream, and the watcher would not learn why: so the one under way may take its time.
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var writing = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, patience.Token);
        using var onEnd = watch.Ended.Register(() => patience.CancelAfter(directory.Lease));
        try
        {
            await responseStream.WriteAsync(WireRoutes.ToSnapshot(watch.Snapshot), writing.Token);
            await foreach (var change in watch.ReadAllAsync(ended.Token))
            {
                await responseStream.WriteAsync(WireRoutes.ToDelta(change), writing.Token);
            }
        }
        catch (OperationCanceledException) when (watch.End is not null && !context.CancellationToken.IsCancellationRequested)
        {
            // Told below.
        }

        if (watch.End is { } end) throw new RpcException(StatusOf(end));
    }

    private static AnnounceResponse? Apply(AnnounceRequest request, RouteAnnouncement announcement)
    {
        switch (request.MessageCase)
        {
            case AnnounceRequest.MessageOneofCase.Full when announcement.Revision is null:
                Check(Replace(request.Full, announcement), announcement);
                return LeaseOf(announcement);
            case AnnounceRequest.MessageOneofCase.Delta:
                Check(Change(request.Delta, announcement), announcement);
                return null;
            case AnnounceRequest.MessageOneofCase.Heartbeat when announcement.Revision is not null:
                announcement.Load = new(request.Heartbeat.Sessions, request.Heartbeat.Streams);
                return LeaseOf(announcement);
            default:
                throw Invalid(announcement, "The order is open, full, then delta and heartbeat.");
        }
    }

    private static AnnounceResult Replace(AnnounceFull full, RouteAnnouncement announcement)
    {
        var routes = new List<WeightedRoute>(full.Keys.Count);
        if (!WireRoutes.TryRead(full.Keys, routes, out var problem)) throw Invalid(announcement, problem);
        var byKey = new Dictionary<Protocol.Naming.RouteKey, RouteTerms>(routes.Count);
        foreach (var (key, terms) in routes) byKey[key] = terms;
        return announcement.Replace(full.Revision, byKey);
    }

    private static AnnounceResult Change(AnnounceDelta delta, RouteAnnouncement announcement)
    {
        var upserts = new List<WeightedRoute>(delta.Upserts.Count);
        var removals = new List<Protocol.Naming.RouteKey>(delta.Removals.Count);
        if (!WireRoutes.TryRead(delta.Upserts, upserts, out var problem) || !WireRoutes.TryRead(delta.Removals, removals, out problem))
        {
            throw Invalid(announcement, problem);
        }

        return announcement.Change(delta.Revision, upserts, removals);
    }

    private static AnnounceResponse LeaseOf(RouteAnnouncement announcement) => new()
    {
        Lease = new Lease { Milliseconds = (uint)announcement.Lease.TotalMilliseconds, AppliedRevision = announcement.Revision ?? 0 },
    };

    private static void Check(AnnounceResult result, RouteAnnouncement announcement)
    {
        switch (result)
        {
            case AnnounceResult.Applied:
                return;
            case AnnounceResult.RevisionGap:
                throw Invalid(announcement, $"The revision must be {announcement.Revision + 1}.");
            case AnnounceResult.OutOfOrder:
                throw Invalid(announcement, "The order is open, full, then delta and heartbeat.");
            case AnnounceResult.TooManyRoutesOfTarget or AnnounceResult.TooManyRoutes or AnnounceResult.TooManyFarRoutes or AnnounceResult.TooManyTargets:
                announcement.Finish(AnnouncementEnd.LimitReached);
                throw new RpcException(new Status(StatusCode.ResourceExhausted, $"The directory is full: {result}."));
            case AnnounceResult.Ended:
                throw new RpcException(StatusOf(announcement.End ?? AnnouncementEnd.Stopping));
            default:
                throw new ArgumentOutOfRangeException(nameof(result), result, null);
        }
    }

    private static RpcException Invalid(RouteAnnouncement announcement, string problem)
    {
        announcement.Finish(AnnouncementEnd.Invalid);
        return new RpcException(new Status(StatusCode.InvalidArgument, problem));
    }

    private static Status StatusOf(AnnouncementEnd end) => end switch
    {
        AnnouncementEnd.LeaseExpired => new(StatusCode.DeadlineExceeded, "Nothing came for the length of the lease."),
        AnnouncementEnd.Replaced => new(StatusCode.Aborted, "A newer call announces this hub."),
        AnnouncementEnd.Stopping => new(StatusCode.Unavailable, "The directory is stopping."),
        _ => new(StatusCode.Cancelled, "The announcement is over."),
    };

    private static Status StatusOf(WatchEnd end) => end switch
    {
        WatchEnd.TooSlow => new(StatusCode.ResourceExhausted, "The watcher is too slow."),
        WatchEnd.Stopping => new(StatusCode.Unavailable, "The directory is stopping."),
        _ => new(StatusCode.Cancelled, "The watch is over."),
    };

    private async Task<(HubTarget Target, ulong Call)> ReadOpenAsync(IAsyncStreamReader<AnnounceRequest> requests, CancellationToken cancellationToken)
    {
        // Who opens a call and says nothing is not kept longer than who announced.
        using var patience = new CancellationTokenSource(directory.Lease, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            if (!await requests.MoveNext(either.Token) || requests.Current.MessageCase != AnnounceRequest.MessageOneofCase.Open)
            {
                throw new RpcException(new Status(StatusCode.InvalidArgument, "The first request must be open."));
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new RpcException(StatusOf(AnnouncementEnd.LeaseExpired));
        }

        return WireRoutes.TryRead(requests.Current.Open.Target, out var target, out var problem)
            ? (target, requests.Current.Open.Call)
            : throw new RpcException(new Status(StatusCode.InvalidArgument, problem));
    }
}
