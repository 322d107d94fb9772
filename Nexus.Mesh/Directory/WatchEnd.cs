namespace Nexus.Mesh.Directory;

/// <summary>Why a watch is over.</summary>
internal enum WatchEnd
{
    /// <summary>The watcher left.</summary>
    Left,

    /// <summary>It took longer to read than its queue could hold.</summary>
    TooSlow,

    /// <summary>The directory is going away.</summary>
    Stopping,
}
