using Nexus.Protocol.Naming;

namespace Nexus.Client.LocalRouting;

/// <summary>A key of <c>hosts</c>: an exact host name, or a wildcard for exactly one label.</summary>
/// <param name="IsWildcard">Whether <paramref name="Name"/> is what follows the wildcard's <c>*</c>.</param>
/// <param name="Name">The normalised name, for a wildcard beginning with the dot.</param>
internal readonly record struct HostPattern(bool IsWildcard, string Name)
{
    public static bool TryParse(string text, out HostPattern pattern)
    {
        text = text.Trim();
        var isWildcard = text.StartsWith("*.", StringComparison.Ordinal);
        var name = HostName.Normalize(isWildcard ? text[2..] : text);
        pattern = new(isWildcard, isWildcard ? "." + name : name);
        return name.Length > 0 && !name.Contains('*', StringComparison.Ordinal);
    }

    /// <param name="hostname">A normalised host name.</param>
    public bool Matches(string hostname)
    {
        if (!IsWildcard) return hostname == Name;
        var dot = hostname.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && hostname.AsSpan(dot).SequenceEqual(Name);
    }
}
