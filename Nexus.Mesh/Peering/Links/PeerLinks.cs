using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Nexus.Mesh.Configuration;
using Nexus.Mesh.Peering.Flows;
using Nexus.Mesh.Peering.Routes;
using Nexus.Mesh.Peering.Tunnels;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Peering;

namespace Nexus.Mesh.Peering.Links;

/// <summary>All links of this mesh, dialled and accepted: runs them, and joins them with the routes and the tunnels.</summary>
internal sealed class PeerLinks(
    PeerTable table, OwnAnnouncer announcer, DestinationTunnels destinations, DestinationFlows flows, MeshIdentity identity, TunnelTerms terms, FlowMetrics flowMetrics,
    IOptions<PeeringOptions> options, PeeringMetrics metrics, ILogger<PeerLinks> logger) : IPeerLinkOwner, IDisposable
{
    private readonly ConcurrentDictionary<PeerLink, bool> _links = new();
    private readonly CancellationTokenSource _stopped = new();
    private volatile bool _isStopping;

    /// <summary>Fires once all links were ended.</summary>
    public CancellationToken Stopped => _stopped.Token;

    public IEnumerable<PeerLink> All => _links.Keys;

    /// <summary>Serves a connection to its end, and closes it.</summary>
    public async Task<PeerLinkEnd> ServeAsync(PeerConnection connection)
    {
        await using var link = new PeerLink(connection, this, options.Value, terms, flowMetrics) { DistanceChanged = table.Measured };
        if (_links.Count >= options.Value.MaxLinks) link.Decide(PeerLinkEnd.Full);
        _links[link] = true;
        if (_isStopping) link.Decide(PeerLinkEnd.Stopping);
        metrics.LinkBegan(link.IsOutgoing);
        using var over = new CancellationTokenSource();
        var announcing = announcer.RunAsync(link, over.Token);
        var end = PeerLinkEnd.Fault; // stays if the link throws
        try
        {
            end = await link.RunAsync(() => Withdraw(link));
        }
        finally
        {
            _links.TryRemove(link, out _);
            table.Remove(link); // again: the receiver may have been about to take an announcement in when the link ended
            await over.CancelAsync();
            await announcing;
            metrics.LinkEnded(link.IsOutgoing, end);
            if (end != PeerLinkEnd.Itself) PeeringLog.LinkEnded(logger, link.Name, end);
        }

        return end;
    }

    /// <summary>Ends all of them, and those that come later.</summary>
    public void Stop()
    {
        _isStopping = true;
        foreach (var link in All) link.Decide(PeerLinkEnd.Stopping);
        _stopped.Cancel();
    }

    public void Dispose() => _stopped.Dispose();

    PeerLinkEnd? IPeerLinkOwner.Introduced(PeerLink link)
    {
        if (link.Node?.Name == identity.NodeId) return PeerLinkEnd.Itself;
        PeeringLog.Linked(logger, link.Name, link.Node?.Name ?? "of the original", link.Region);
        return null;
    }

    void IPeerLinkOwner.Announced(PeerLink link, PeerRoutesChange change)
    {
        table.Apply(link, change.Added, change.Removed);
        if (change.Skipped > 0) PeeringLog.NamesSkipped(logger, link.Name, change.Skipped);
    }

    void IPeerLinkOwner.Requested(PeerLink link, in ControlMessage request)
    {
        if (DestinationFlows.IsMeant(request)) flows.Take(link, request);
        else destinations.Take(link, request);
    }

    private void Withdraw(PeerLink link)
    {
        if (_links.TryRemove(link, out _)) table.Remove(link);
    }
}
