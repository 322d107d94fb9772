namespace Nexus.Mesh.Peering.Links;

/// <summary>Names peers that nobody has configured.</summary>
internal interface IPeerSource
{
    /// <summary>All that are named now, and again whenever that changes, until the token fires.</summary>
    IAsyncEnumerable<IReadOnlySet<PeerAddress>> WatchAsync(CancellationToken cancellationToken);
}
