using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Nexus.ServiceDefaults.Tests;

internal sealed class SampleOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Test:Sample";

    [Range(1, 65_535)] public int Port { get; set; } = 443;

    [Required] public string? Name { get; set; } = "sample";

    public int Size { get; set; } = 1;

    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(1);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Size > 0 ? [] : [new("Size must be positive: nothing fits otherwise.", [nameof(Size)])];
}

[OptionsValidator]
internal sealed partial class SampleOptionsValidator : IValidateOptions<SampleOptions>;
