using System.ComponentModel.DataAnnotations;

namespace Nexus.ServiceDefaults;

/// <summary>How long an orderly stop may take.</summary>
internal sealed class DrainOptions
{
    public const string SectionName = "Nexus:Drain";

    /// <summary>Orchestrators kill a process 30 s after SIGTERM unless told otherwise.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan Limit { get; set; } = TimeSpan.FromSeconds(30);
}
