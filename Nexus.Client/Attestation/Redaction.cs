using System.Text.RegularExpressions;

namespace Nexus.Client.Attestation;

/// <summary>Makes a command's error output fit for a log: no tokens, nonces or configured values, and not too long.</summary>
internal static partial class Redaction
{
    private const int MaxLength = 2_000;

    // Shorter values (a port, "true") would blot out half of an innocent text.
    private const int MinSecretLength = 6;

    public static string Apply(string text, IEnumerable<string> secrets)
    {
        foreach (var secret in secrets.Where(secret => secret.Length >= MinSecretLength))
            text = text.Replace(secret, "[redacted]", StringComparison.Ordinal);
        text = LooksSecret().Replace(text.Trim(), "[redacted]");
        return text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), " …");
    }

    // A JWT or a piece of one, and any long run of base64 or hexadecimal digits (32 digits are 128 bits and more).
    [GeneratedRegex(@"eyJ[A-Za-z0-9_\-]+(\.[A-Za-z0-9_\-]*)*|[A-Za-z0-9+_\-]{32,}=*", RegexOptions.CultureInvariant)]
    private static partial Regex LooksSecret();
}
