namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>A service with a <c>config.yaml</c> does not start without one of these keys, or the options that they set.</summary>
/// <param name="AnyOf">The keys; the first one is named in the error.</param>
/// <param name="Message">What is missing, as a sentence without the key.</param>
public sealed record NodeRequirement(IReadOnlyList<string> AnyOf, string Message)
{
    /// <summary>A configuration section that stands for the keys; null when none does.</summary>
    public string? OrSection { get; init; }
}
