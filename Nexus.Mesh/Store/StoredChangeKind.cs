namespace Nexus.Mesh.Store;

/// <summary>What a message on the change channel says.</summary>
internal enum StoredChangeKind
{
    /// <summary>Some routes have changed; they are in the message.</summary>
    Delta,

    /// <summary>Too many have changed, or all were written anew: see the hash.</summary>
    Whole,

    /// <summary>The announcement is over.</summary>
    End,

    /// <summary>Nothing; who sent it wants to hear it.</summary>
    Beat,
}
