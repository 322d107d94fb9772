using Grpc.Core;
using Nexus.Contracts.Routing.V1;
using Nexus.Hub.Sessions;

namespace Nexus.Hub.Announcing;

/// <summary>One open call to the directory: the whole truth first, then changes and heartbeats.</summary>
/// <param name="call">Owned by whoever opened it.</param>
/// <param name="ledger">What is served.</param>
/// <param name="describe">How much there is to do, for each heartbeat.</param>
/// <param name="options">How often, and in which pieces.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The announcer's.</param>
internal sealed class AnnouncementCall(
    AsyncDuplexStreamingCall<AnnounceRequest, AnnounceResponse> call, RouteLedger ledger, Func<AnnounceHeartbeat> describe, AnnouncingOptions options,
    TimeProvider time, ILogger logger)
{
    private ulong _revision;

    /// <summary>Whether the directory has confirmed anything: only then was the call worth an immediate second attempt.</summary>
    public bool WasConfirmed { get; private set; }

    /// <summary>Sends who we are and all that we serve; the number of routes.</summary>
    /// <param name="target">This process.</param>
    /// <param name="number">Of this call among all of this process, by which directories know the newer one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<int> OpenAsync(Target target, ulong number, CancellationToken cancellationToken)
    {
        await call.RequestStream.WriteAsync(new() { Open = new() { Target = target, Call = number } }, cancellationToken);
        var routes = ledger.TakeAll();
        var full = new AnnounceFull { Revision = ++_revision };
        full.Keys.AddRange(routes.Take(options.MaxRoutesPerMessage).Select(AnnouncedKey.From));
        await call.RequestStream.WriteAsync(new() { Full = full }, cancellationToken);
        await SendDeltasAsync(routes.Skip(options.MaxRoutesPerMessage), cancellationToken);
        return routes.Length;
    }

    /// <summary>Sends changes as they come, and a heartbeat in every interval, until the token fires or the call breaks.</summary>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        var lastHeartbeat = time.GetTimestamp();
        while (true)
        {
            var rest = options.HeartbeatInterval - time.GetElapsedTime(lastHeartbeat);
            if (rest > TimeSpan.Zero && await IsChangedWithinAsync(rest, cancellationToken))
            {
                var changes = ledger.TakeChanges();
                await SendDeltasAsync(changes, cancellationToken);
                AnnouncingLog.Changed(logger, changes.Length, _revision);
                continue;
            }

            lastHeartbeat = time.GetTimestamp();
            await call.RequestStream.WriteAsync(new() { Heartbeat = describe() }, cancellationToken);
        }
    }

    /// <summary>Reads confirmations; returns when the directory ends the call or is silent for three heartbeats.</summary>
    public async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        var limit = options.HeartbeatInterval * 3;
        using var silence = new CancellationTokenSource(limit, time);
        using var link = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            while (await call.ResponseStream.MoveNext(link.Token))
            {
                WasConfirmed = true;
                silence.CancelAfter(limit);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException && silence.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, "The route directory does not answer."));
        }
    }

    private async Task<bool> IsChangedWithinAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, time);
        using var link = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await ledger.WaitAsync(link.Token);
            return true;
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task SendDeltasAsync(IEnumerable<RouteWeight> changes, CancellationToken cancellationToken)
    {
        foreach (var chunk in changes.Chunk(options.MaxRoutesPerMessage))
        {
            var delta = new AnnounceDelta { Revision = ++_revision };
            delta.Upserts.AddRange(chunk.Where(change => change.Weight > 0).Select(AnnouncedKey.From));
            delta.Removals.AddRange(chunk.Where(change => change.Weight == 0).Select(change => AnnouncedKey.From(change.Key)));
            await call.RequestStream.WriteAsync(new() { Delta = delta }, cancellationToken);
        }
    }
}
