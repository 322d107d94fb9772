using System.Globalization;

namespace Nexus.Protocol.Naming;

/// <summary>
/// Brings host names of strangers (SNI, Host headers, claims) to the one form under which they are compared.
/// It is a canonicaliser, not a validator: what UTS-46 cannot map is kept, in lower case.
/// </summary>
public static class HostName
{
    /// <summary>Longest name, in characters, that may be claimed or routed (RFC 1035 §2.3.4, without the final dot).</summary>
    public const int MaxLength = 253;

    /// <summary>Longest input, in characters, that is looked at. Longer ones normalise to nothing.</summary>
    public const int MaxInputLength = 1_024;

    private const string WildcardPrefix = "*.";

    private static readonly IdnMapping s_idn = new() { UseStd3AsciiRules = true, AllowUnassigned = false };

    /// <summary>
    /// Trims white space, drops one final dot, maps to ASCII (UTS-46, non-transitional) and to lower case.
    /// Never throws. Empty when nothing is left or when the input is longer than <see cref="MaxInputLength"/>.
    /// Returns the same instance, without allocation, for a name that is normalised already.
    /// </summary>
    public static string Normalize(string? name)
    {
        if (name is null) return "";
        if (IsNormalized(name)) return name;
        if (name.Length > MaxInputLength) return "";

        var trimmed = name.AsSpan().Trim();
        if (trimmed is [.. var rest, '.']) trimmed = rest;
        if (trimmed.IsEmpty) return "";

        // For ASCII, UTS-46 either fails (and the input stays) or lower-cases: no mapping is needed.
        if (System.Text.Ascii.IsValid(trimmed)) return ToLower(trimmed);

        var text = trimmed.ToString();
        return (ToAscii(text) is { Length: > 0 } ascii ? ascii : text).ToLowerInvariant();
    }

    /// <summary>Like <see cref="Normalize"/>, but a leading <c>*.</c> is kept and the rest normalised. <c>*.</c> alone gives "".</summary>
    public static string NormalizeOrWildcard(string? name)
    {
        if (name is null || name.Length > MaxInputLength) return "";
        var trimmed = name.AsSpan().Trim();
        if (!trimmed.StartsWith(WildcardPrefix, StringComparison.Ordinal)) return Normalize(name);

        var rest = Normalize(trimmed[WildcardPrefix.Length..].ToString());
        return rest.Length == 0 ? "" : WildcardPrefix + rest;
    }

    /// <summary>Visible ASCII without capitals and without a final dot: mapping would not change it.</summary>
    private static bool IsNormalized(string name)
    {
        if (name.Length is 0 or > MaxInputLength || name[^1] == '.') return false;
        foreach (var c in name)
        {
            if (c is <= ' ' or > '~' or (>= 'A' and <= 'Z')) return false;
        }

        return true;
    }

    private static string ToLower(ReadOnlySpan<char> ascii) =>
        string.Create(ascii.Length, ascii, static (lower, source) => System.Text.Ascii.ToLower(source, lower, out _));

    private static string? ToAscii(string name)
    {
        try
        {
            return s_idn.GetAscii(name);
        }
        catch (ArgumentException)
        {
            return null; // the only way IdnMapping has to say "not a domain name"
        }
    }
}
