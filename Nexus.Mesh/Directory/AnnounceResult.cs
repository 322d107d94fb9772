namespace Nexus.Mesh.Directory;

/// <summary>What became of an announced change.</summary>
internal enum AnnounceResult
{
    Applied,

    /// <summary>Its revision is not the last one + 1.</summary>
    RevisionGap,

    /// <summary>A change before the first full state.</summary>
    OutOfOrder,

    /// <summary>More routes of this target than <see cref="DirectoryOptions.MaxRoutesPerTarget"/>.</summary>
    TooManyRoutesOfTarget,

    /// <summary>More than <see cref="DirectoryOptions.MaxRoutes"/> in all.</summary>
    TooManyRoutes,

    /// <summary>More than <see cref="DirectoryOptions.MaxFarRoutes"/> that lead to other regions.</summary>
    TooManyFarRoutes,

    /// <summary>More targets than <see cref="DirectoryOptions.MaxTargets"/>.</summary>
    TooManyTargets,

    /// <summary>The announcement was over already.</summary>
    Ended,
}
