namespace Nexus.Mesh.Directory;

/// <summary>Whose word an announcement is.</summary>
internal enum RouteSource
{
    /// <summary>A hub's that calls this process; it lives as long as its lease is renewed.</summary>
    Hub,

    /// <summary>This process's own, for what it reaches in another region; it lives until it is finished.</summary>
    Peer,

    /// <summary>Another mesh's of this region, which it holds first-hand; the store says when it is over.</summary>
    Store,
}
