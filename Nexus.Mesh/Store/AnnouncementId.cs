namespace Nexus.Mesh.Store;

/// <summary>One announcement in the whole region: of which target, and which of its calls.</summary>
internal readonly record struct AnnouncementId(string TargetId, ulong Call);
