namespace Nexus.Mesh.Directory;

/// <summary>Why an announcement is over; its hub's routes are withdrawn with it (except when another replaced it).</summary>
internal enum AnnouncementEnd
{
    /// <summary>The hub closed the call.</summary>
    Completed,

    /// <summary>The call broke.</summary>
    Lost,

    /// <summary>Nothing came for the length of the lease.</summary>
    LeaseExpired,

    /// <summary>The same hub announced in a newer call.</summary>
    Replaced,

    /// <summary>The hub said something that is not allowed.</summary>
    Invalid,

    /// <summary>More than the directory takes.</summary>
    LimitReached,

    /// <summary>The directory is going away. Watchers keep what they know.</summary>
    Stopping,
}
