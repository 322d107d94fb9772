namespace Nexus.Mesh.Store;

/// <summary>The head of an announcement in Redis: who holds it, the target, and which state of its routes the other fields are.</summary>
internal sealed record StoredAnnouncement
{
    /// <summary>Of this text; others are not read.</summary>
    public int V { get; init; } = 1;

    /// <summary>The mesh that holds the announcement and writes this, nobody else does.</summary>
    public required string Node { get; init; }

    public string Address { get; init; } = "";

    public string Region { get; init; } = "";

    public string HandOver { get; init; } = "";

    public int Distance { get; init; }

    /// <summary>Counts what was written, one up for each change.</summary>
    public ulong Revision { get; init; }

    /// <summary><see cref="RouteDigest"/> of the routes.</summary>
    public ulong Digest { get; init; }

    /// <summary>The number of routes.</summary>
    public int Routes { get; init; }
}
