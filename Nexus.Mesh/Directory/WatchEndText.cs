namespace Nexus.Mesh.Directory;

internal static class WatchEndText
{
    /// <summary>The metric's <c>error.type</c>; null when nothing went wrong.</summary>
    public static string? ToErrorType(this WatchEnd end) => end switch
    {
        WatchEnd.Left => null,
        WatchEnd.TooSlow => "too_slow",
        WatchEnd.Stopping => "stopping",
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, null),
    };
}
