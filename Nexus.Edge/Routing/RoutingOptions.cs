using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Nexus.Edge.Routing;

/// <summary>How the edge follows the route directory and uses it.</summary>
internal sealed class RoutingOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Edge:Routing";

    /// <summary>The first pause after the directory was lost; doubles up to <see cref="MaxReconnectDelay"/>, with full jitter.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")] public TimeSpan MinReconnectDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>A restarted directory is followed again within this time.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")] public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the directory may take from the call to its snapshot; one that accepts calls and says nothing is as good as away.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")] public TimeSpan SnapshotTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Targets that one connection may try.</summary>
    [Range(1, 16)] public int MaxAttempts { get; set; } = 4;

    /// <summary>How long a target that could not be reached is tried last. Shorter than a lease, so that a restart is noticed.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")] public TimeSpan AvoidFailedTarget { get; set; } = TimeSpan.FromSeconds(3);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => MaxReconnectDelay >= MinReconnectDelay
        ? [] : [new($"must not be shorter than {nameof(MinReconnectDelay)}.", [nameof(MaxReconnectDelay)])];
}

[OptionsValidator]
internal sealed partial class RoutingOptionsValidator : IValidateOptions<RoutingOptions>;
