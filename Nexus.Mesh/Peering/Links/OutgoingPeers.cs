using Microsoft.Extensions.Options;

namespace Nexus.Mesh.Peering.Links;

/// <summary>
/// Keeps links with those that are to be dialled: the configured ones for ever, those that were found as long as they are named. A lost peer is dialled
/// again with growing pauses and full jitter, so that a region does not come back at one moment.
/// </summary>
internal sealed class OutgoingPeers(
    PeerDialer dialer, PeerLinks links, IEnumerable<IPeerSource> sources, IOptions<PeeringOptions> options, TimeProvider time, ILogger<OutgoingPeers> logger) : BackgroundService
{
    private readonly Dictionary<PeerAddress, (CancellationTokenSource Stop, Task Dialling)> _dialled = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var text in options.Value.Peers)
        {
            if (PeerAddress.TryParse(text, out var address, out _)) Begin(address, isTold: false, stoppingToken);
        }

        try
        {
            foreach (var source in sources) await FollowAsync(source, stoppingToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Below.
        }

        foreach (var (stop, dialling) in _dialled.Values)
        {
            await dialling;
            stop.Dispose();
        }
    }

    /// <summary>Dials those that the source names, and gives up those that it does not name any more.</summary>
    private async Task FollowAsync(IPeerSource source, CancellationToken stoppingToken)
    {
        HashSet<PeerAddress> present = [];
        await foreach (var named in source.WatchAsync(stoppingToken))
        {
            foreach (var gone in present.Where(address => !named.Contains(address)).ToList())
            {
                present.Remove(gone);
                if (!_dialled.Remove(gone, out var dialled)) continue;
                await dialled.Stop.CancelAsync(); // a link that lives goes on; nobody dials anew
                await dialled.Dialling;
                dialled.Stop.Dispose();
            }

            foreach (var address in named.Where(address => !_dialled.ContainsKey(address)))
            {
                present.Add(address);
                Begin(address, isTold: true, stoppingToken);
            }
        }
    }

    private void Begin(PeerAddress address, bool isTold, CancellationToken stoppingToken)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var dialling = Task.WhenAll(Enumerable.Range(0, options.Value.LinksPerPeer).Select(_ => KeepAsync(address, isTold, stop.Token)));
        _dialled[address] = (stop, dialling);
    }

    private async Task KeepAsync(PeerAddress address, bool isTold, CancellationToken stop)
    {
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            if (await ServeAsync(address, isTold, failures, stop) is PeerLinkEnd.Itself) return;
            if (time.GetElapsedTime(began) >= options.Value.MaxRedialDelay) failures = 0; // it lived
            await Task.Delay(PauseAfter(failures++), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>How the link ended; null when there was none.</summary>
    private async Task<PeerLinkEnd?> ServeAsync(PeerAddress address, bool isTold, int failures, CancellationToken stop)
    {
        try
        {
            var connection = await dialer.DialAsync(address, isTold, stop);
            await using (connection) return await links.ServeAsync(connection);
        }
        catch (PeerUnreachableException e)
        {
            if (failures == 0) PeeringLog.Unreachable(logger, address.ToString(), e.Message);
            else PeeringLog.StillUnreachable(logger, address.ToString(), e.Message);
            return null;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return PeerLinkEnd.Stopping;
        }
        catch (Exception e)
        {
            // The owner of the task: a fault with one peer is logged, and it is dialled again.
            PeeringLog.LinkFaulted(logger, e);
            return PeerLinkEnd.Fault;
        }
    }

    private TimeSpan PauseAfter(int failures)
    {
        var (least, most) = (options.Value.MinRedialDelay.TotalMilliseconds, options.Value.MaxRedialDelay.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(Math.Max(1, Random.Shared.NextDouble() * Math.Min(most, least * Math.Pow(2, Math.Min(failures, 30)))));
    }
}
