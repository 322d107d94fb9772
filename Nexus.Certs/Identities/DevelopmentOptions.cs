using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Nexus.Certs.Identities;

/// <summary>The hub's certificate when no public name is configured: from the internal CA.</summary>
internal sealed class DevelopmentOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Certs:Development";

    private const int MaxNames = 100;

    private static readonly string[] s_defaultNames = ["localhost", "127.0.0.1", "::1"];

    /// <summary>DNS names (also "*.example.com") and IP addresses; localhost, 127.0.0.1 and ::1 when there are none.</summary>
    /// <remarks>No default here: configured names would be appended to it.</remarks>
    public IList<string> Names { get; } = [];

    /// <summary>Short, so that nobody comes to depend on one. It is renewed at half of its life.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")] public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(24);

    public IReadOnlyList<string> EffectiveNames => Names.Count > 0 ? [.. Names] : s_defaultNames;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Names.Count > MaxNames) yield return new($"There must be at most {MaxNames} names.", [nameof(Names)]);
        foreach (var name in Names.Where(name => !IsName(name)))
        {
            yield return new($"\"{name}\" is neither a host name nor an IP address.", [nameof(Names)]);
        }
    }

    private static bool IsName(string name)
    {
        var bare = name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name;
        return IPAddress.TryParse(name, out _) || (bare.Length is > 0 and <= 253 && Uri.CheckHostName(bare) == UriHostNameType.Dns);
    }
}
