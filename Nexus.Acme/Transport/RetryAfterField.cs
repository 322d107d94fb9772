using System.Globalization;

namespace Nexus.Acme.Transport;

/// <summary>The Retry-After field, RFC 9110 §10.2.3: seconds or a date.</summary>
internal static class RetryAfterField
{
    private const int LongestDigits = 10;

    /// <summary>The time from now, never negative; null when it is neither.</summary>
    public static TimeSpan? TryParse(string? text, DateTimeOffset now)
    {
        text = text?.Trim();
        if (string.IsNullOrEmpty(text)) return null;
        if (text.All(char.IsAsciiDigit))
            return text.Length > LongestDigits ? TimeSpan.FromDays(36_500) : TimeSpan.FromSeconds(long.Parse(text, CultureInfo.InvariantCulture));
        if (!DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)) return null;
        return date > now ? date - now : TimeSpan.Zero;
    }
}
