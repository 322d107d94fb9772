using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Nexus.Contracts.Carriers;

namespace Nexus.Edge.Passthrough;

/// <summary>Limits of a relayed connection.</summary>
internal sealed class PassthroughOptions
{
    public const string SectionName = "Nexus:Edge:Passthrough";

    // More than a timer can wait for is no limit; 40 days are less than that and more than any user.
    private static readonly TimeSpan s_noLimit = TimeSpan.FromDays(40);

    /// <summary>A connection on which nothing moves, either way, is closed after this long; 0: never (TCP keep-alive still finds the dead).</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")] public TimeSpan IdleTimeout { get; set; } = TimeSpan.Zero;

    /// <summary>
    /// The same once one side has ended. Whoever reads slowly may still have megabytes in the kernel's buffer then, of
    /// which we see nothing move: 4 MB in 5 minutes are 14 KB/s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")] public TimeSpan HalfClosedTimeout { get; set; } = TimeSpan.FromMinutes(5);

    public DuplexRelayOptions ToRelayOptions() => new()
    {
        IdleTimeout = IdleTimeout == TimeSpan.Zero ? s_noLimit : IdleTimeout,
        HalfClosedIdleTimeout = HalfClosedTimeout,
    };
}

[OptionsValidator]
internal sealed partial class PassthroughOptionsValidator : IValidateOptions<PassthroughOptions>;
