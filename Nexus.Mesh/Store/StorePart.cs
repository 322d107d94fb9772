namespace Nexus.Mesh.Store;

/// <summary>What writes to Redis on its own.</summary>
internal enum StorePart
{
    /// <summary>Announcements and their changes.</summary>
    Announcements,

    /// <summary>That announcements still hold.</summary>
    Renewal,

    /// <summary>This mesh itself.</summary>
    Member,
}
