using Microsoft.Extensions.Options;
using Nexus.Mesh.Configuration;
using Nexus.Mesh.Directory;
using Nexus.Mesh.Peering.Links;
using Nexus.Protocol.Peering;

namespace Nexus.Mesh.Peering.Routes;

/// <summary>
/// Tells peers what this region serves itself (spec/node.md §5.4): everything when a link comes up, then what changes, to nodes of the
/// original everything again. Never what was learned from peers, so that a tunnel is at most one hop.
/// </summary>
internal sealed class OwnAnnouncer(RouteDirectory directory, MeshIdentity identity, IOptions<PeeringOptions> options, TimeProvider time) : IDisposable
{
    private readonly PeerNode _node = new(identity.NodeId, identity.Region);
    private readonly CancellationTokenSource _withdrawn = new();
    private long _version;

    /// <summary>From now on nothing is served here: peers send no more users. What they have goes on.</summary>
    public void Withdraw() => _withdrawn.Cancel();

    /// <summary>Keeps one peer informed until the token fires.</summary>
    public async Task RunAsync(PeerLink link, CancellationToken cancellationToken)
    {
        using var keys = directory.Local.Watch();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _withdrawn.Token);
        var announcement = new LinkAnnouncement(this, link, keys);
        announcement.Post();
        try
        {
            while (true)
            {
                await keys.WaitAsync(either.Token);
                await Task.Delay(options.Value.AnnouncePause, time, either.Token);
                announcement.Post();
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            if (!cancellationToken.IsCancellationRequested) announcement.Post();
        }
    }

    public void Dispose() => _withdrawn.Dispose();

    internal bool IsWithdrawn => _withdrawn.IsCancellationRequested;

    internal PeerNode Node => _node;

    internal LocalRoutes Current => directory.Local.Current;

    internal ulong NextVersion() => (ulong)Interlocked.Increment(ref _version);
}
