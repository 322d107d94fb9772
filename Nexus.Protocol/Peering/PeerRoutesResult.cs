namespace Nexus.Protocol.Peering;

/// <summary>What became of an announcement.</summary>
public enum PeerRoutesResult
{
    /// <summary>It is in force.</summary>
    Applied,

    /// <summary>Its version is 0 or not newer than the one in force: it was ignored (spec/node.md §5.4).</summary>
    Stale,

    /// <summary>
    /// It is a change of another state than the one in force, which nothing can repair but a full state: and that comes on a new link
    /// only. The link should be closed.
    /// </summary>
    Gap,
}
