namespace Nexus.Hub.Announcing;

/// <summary>What the region's directory knows this process by.</summary>
internal sealed class AnnouncedTarget
{
    /// <summary>Unique per process start.</summary>
    public string Id { get; } = $"{Environment.MachineName}-{Guid.NewGuid():n}";

    /// <summary>Where edges of this host hand users over; empty for nowhere. Set before the first announcement.</summary>
    public string HandOverPath { get; set; } = "";
}
