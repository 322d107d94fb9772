using System.ComponentModel.DataAnnotations;

namespace Nexus.Mesh.Directory;

internal sealed class DirectoryOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Mesh:Directory";

    /// <summary>An announcement lives this long after the hub's last word. Hubs speak every 5 s: two words may be lost.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")] public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// After a start the first watchers wait this long, so that hubs that live can announce anew: else a restart of the
    /// directory would tell every edge that nothing is served.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")] public TimeSpan Settle { get; set; } = TimeSpan.FromSeconds(3);

    [Range(1, 100_000)] public int MaxTargets { get; set; } = 1_000;

    [Range(1, 1_000_000)] public int MaxRoutesPerTarget { get; set; } = 200_000;

    /// <summary>A snapshot is one message, which must stay below what channels between services accept (64 MiB).</summary>
    [Range(1, 1_000_000)] public int MaxRoutes { get; set; } = 500_000;

    [Range(1, 100_000)] public int MaxWatchers { get; set; } = 256;

    /// <summary>Changes that may wait for one watcher. Waiting changes are shared among watchers.</summary>
    [Range(1, 1_000_000)] public int WatcherQueueLength { get; set; } = 1_024;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => MaxRoutesPerTarget <= MaxRoutes
        ? []
        : [new($"{nameof(MaxRoutesPerTarget)} must not be larger than {nameof(MaxRoutes)}.", [nameof(MaxRoutesPerTarget)])];
}
