namespace Nexus.Edge.Routing;

/// <summary>Why a call to the directory ended.</summary>
internal enum WatchEnd
{
    /// <summary>It could not be opened, broke, or the directory ended it.</summary>
    Lost,

    /// <summary>A revision is missing; a new call brings everything.</summary>
    Gap,

    /// <summary>It did not open with a snapshot.</summary>
    Malformed,
}
