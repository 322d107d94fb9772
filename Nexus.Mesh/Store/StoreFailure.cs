namespace Nexus.Mesh.Store;

/// <summary>What is the matter with Redis.</summary>
internal enum StoreFailure
{
    /// <summary>Nobody answers at its addresses, or the connection broke.</summary>
    Unreachable,

    /// <summary>A command took longer than <see cref="StoreOptions.CallTimeout"/>.</summary>
    Slow,

    /// <summary>What was published does not come back on the change channel.</summary>
    Silent,

    /// <summary>Wrong password, or no permission for a command, key or channel.</summary>
    Denied,

    /// <summary>It has no memory for more, or cannot save, and takes no writes.</summary>
    Full,

    /// <summary>It is a replica, or a part of a cluster that does not work, or is still loading.</summary>
    NotReady,

    /// <summary>A key of ours holds something else.</summary>
    WrongType,

    /// <summary>It refused a command for another reason.</summary>
    Refused,
}
