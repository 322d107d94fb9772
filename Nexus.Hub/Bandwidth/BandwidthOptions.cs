using System.ComponentModel.DataAnnotations;

namespace Nexus.Hub.Bandwidth;

/// <summary>What all backends of this hub may use together.</summary>
internal sealed class BandwidthOptions
{
    public const string SectionName = "Nexus:Hub:Bandwidth";

    /// <summary>Megabits (1 000 000 bits) per second, both directions together; 0: no limit, at no cost.</summary>
    [Range(0, 1_000_000)] public int TotalMegabitsPerSecond { get; set; }
}
