namespace Nexus.Mesh.Directory;

internal static class AnnouncementEndText
{
    /// <summary>The metric's <c>error.type</c>; null when nothing went wrong.</summary>
    public static string? ToErrorType(this AnnouncementEnd end) => end switch
    {
        AnnouncementEnd.Completed => null,
        AnnouncementEnd.Lost => "lost",
        AnnouncementEnd.LeaseExpired => "lease_expired",
        AnnouncementEnd.Replaced => "replaced",
        AnnouncementEnd.Invalid => "invalid",
        AnnouncementEnd.LimitReached => "limit_reached",
        AnnouncementEnd.Stopping => "stopping",
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, null),
    };
}
