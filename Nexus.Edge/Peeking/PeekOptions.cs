using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Nexus.Edge.Peeking;

/// <summary>How long a stranger may take to say where it wants to go, and how many may be at it.</summary>
internal sealed class PeekOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Edge:Peeking";

    public const int Unlimited = -1;

    /// <summary>Until the first byte.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")] public TimeSpan FirstByte { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The same on a port that somebody claims: a user who says nothing for so long waits for the server to speak first and is
    /// connected to the claim. Long enough for a first packet that is lost twice, so that no slow user of a name is misled.
    /// Ports of which it is known that only the claim counts are better named in <c>Nexus:Edge:Listening:ClaimOnlyPorts</c>.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")] public TimeSpan FirstByteOnClaimedPort { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>From one read to the next.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")] public TimeSpan IdleExtension { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>From accept to the last byte of the hello or head, however it drips.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")] public TimeSpan AbsoluteMax { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Connections that may be peeked at, over all ports, before a newcomer makes an old one go: see <see cref="PeekSlots"/>.
    /// -1: unlimited.
    /// </summary>
    [Range(Unlimited, 1_000_000)] public int MaxConcurrentPeeks { get; set; } = 256;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxConcurrentPeeks == 0) yield return new("is 0; -1 means unlimited.", [nameof(MaxConcurrentPeeks)]);
        if (AbsoluteMax < FirstByte) yield return new($"must not be shorter than {nameof(FirstByte)}.", [nameof(AbsoluteMax)]);
    }
}

[OptionsValidator]
internal sealed partial class PeekOptionsValidator : IValidateOptions<PeekOptions>;
