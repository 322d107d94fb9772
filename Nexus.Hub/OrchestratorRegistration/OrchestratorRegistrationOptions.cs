using System.ComponentModel.DataAnnotations;

namespace Nexus.Hub.OrchestratorRegistration;

/// <summary>Where this hub reports that it is there, if anywhere (spec/node.md §9).</summary>
internal sealed class OrchestratorRegistrationOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Hub:OrchestratorRegistration";

    /// <summary>An https address; none: no registration.</summary>
    public Uri? Url { get; set; }

    /// <summary>The `region` that is reported; empty: none.</summary>
    [StringLength(256)] public string Region { get; set; } = "";

    /// <summary>The port that backends dial, as it is reported; by default that of Nexus:Hub:Sessions:ListenAddress.</summary>
    public int? BackendPort { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Url is null) yield break;
        if (Url is not { IsAbsoluteUri: true, Scheme: "https", Host.Length: > 0 })
        {
            yield return new($"{nameof(Url)} must be an https address with a host.", [nameof(Url)]);
        }

        if (BackendPort is not (>= 1 and <= 65_535))
        {
            yield return new($"{nameof(BackendPort)} must be 1 to 65535: registration needs a fixed port in Nexus:Hub:Sessions:ListenAddress.", [nameof(BackendPort)]);
        }
    }
}
