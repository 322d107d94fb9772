using Microsoft.Extensions.Options;
using Nexus.Mesh.Store;
using Nexus.Protocol.WebSockets;

namespace Nexus.Mesh.Peering.Links;

/// <summary>
/// Keeps links with those that are to be dialled: the configured ones for ever, those of other regions that were found in Redis as long as they are
/// there. A lost peer is dialled again with growing pauses and full jitter, so that a region does not come back at one moment.
/// </summary>
internal sealed class OutgoingPeers(
    PeerDialer dialer, PeerLinks links, Members members, IOptions<PeeringOptions> options, PeeringMetrics metrics, TimeProvider time, ILogger<OutgoingPeers> logger) : BackgroundService
{
    private readonly RedialPauses _pauses = new(options.Value.MinRedialDelay, options.Value.MaxRedialDelay, Random.Shared);
    private readonly Dictionary<WebSocketAddress, (CancellationTokenSource Stop, Task Dialling)> _dialled = [];
    private readonly Dictionary<WebSocketAddress, Task> _left = []; // whose last link may live yet

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var text in options.Value.Peers)
        {
            if (PeerAddress.TryParse(text, out var address, out _)) Begin(address, isTold: false, stoppingToken);
        }

        try
        {
            if (options.Value.PublicUrl.Length > 0) members.SetPeerAddress(options.Value.PublicUrl);
            await FollowAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Below.
        }

        foreach (var (stop, dialling) in _dialled.Values)
        {
            await dialling;
            stop.Dispose();
            metrics.DiallingEnded();
        }

        await Task.WhenAll(_left.Values);
    }

    /// <summary>Dials those that are found, and dials those no more that have gone.</summary>
    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        HashSet<WebSocketAddress> present = [];
        for (var all = members.All; ; all = await members.WaitForChangeAsync(all, stoppingToken))
        {
            var named = FindPeers(all.Values);
            foreach (var gone in present.Where(address => !named.Contains(address)).ToList())
            {
                present.Remove(gone);
                if (!_dialled.Remove(gone, out var dialled)) continue;
                await dialled.Stop.CancelAsync(); // a link that lives goes on, and nobody waits for it; nobody dials anew
                metrics.DiallingEnded();
                _left[gone] = EndAsync(dialled.Stop, dialled.Dialling);
            }

            foreach (var address in named.Where(address => !_dialled.ContainsKey(address)))
            {
                present.Add(address);
                Begin(address, isTold: true, stoppingToken);
            }
        }
    }

    /// <summary>Nobody without a rule for whom to trust: then only configured peers are dialled.</summary>
    private HashSet<WebSocketAddress> FindPeers(IEnumerable<Member> all)
    {
        HashSet<WebSocketAddress> found = [];
        if (options.Value.TrustedDomainSuffixes.Count == 0) return found;
        foreach (var member in all)
        {
            if (member.Region != members.Self.Region && PeerAddress.TryParse(member.PeerAddress ?? "", out var address, out _)) found.Add(address);
        }

        return found;
    }

    private void Begin(WebSocketAddress address, bool isTold, CancellationToken stoppingToken)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var before = _left.Remove(address, out var left) ? left : Task.CompletedTask;
        foreach (var over in _left.Where(other => other.Value.IsCompletedSuccessfully).ToList()) _left.Remove(over.Key);
        var dialling = Task.WhenAll(Enumerable.Range(0, options.Value.LinksPerPeer).Select(_ => KeepAsync(address, isTold, before, stop.Token)));
        _dialled[address] = (stop, dialling);
        metrics.DiallingBegan();
    }

    private static async Task EndAsync(CancellationTokenSource stop, Task dialling)
    {
        await dialling;
        stop.Dispose();
    }

    private async Task KeepAsync(WebSocketAddress address, bool isTold, Task before, CancellationToken stop)
    {
        await before; // the link that it had when it was gone
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            if (await ServeAsync(address, isTold, failures, stop) is PeerLinkEnd.Itself or PeerLinkEnd.Stopping) return;
            if (time.GetElapsedTime(began) >= options.Value.MaxRedialDelay) failures = 0; // it lived
            await Task.Delay(_pauses.After(failures++), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>How the link ended; null when there was none.</summary>
    private async Task<PeerLinkEnd?> ServeAsync(WebSocketAddress address, bool isTold, int failures, CancellationToken stop)
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
}
