namespace Nexus.Mesh.Store;

/// <summary>What a mesh writes of itself; its region and id are in the key.</summary>
internal sealed record StoredMember
{
    /// <summary>Of this text; others are not read.</summary>
    public int V { get; init; } = 1;

    public string? PeerAddress { get; init; }

    public string Version { get; init; } = "";

    public DateTimeOffset Started { get; init; }
}
