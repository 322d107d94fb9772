using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Nexus.Edge.Passthrough;

/// <summary>The small page for an HTTP user of a relay port whose connection goes nowhere. Says nothing about our insides.</summary>
internal static class HttpRefusal
{
    /// <summary>For 503: what is away is usually back by then.</summary>
    public const int RetryAfterSeconds = 5;

    private const int MaxLineLooked = 32_768;

    /// <summary>Whether the first line is a request line of HTTP/1, or of what wants to be it.</summary>
    public static bool IsUnderstoodBy(ReadOnlySpan<byte> firstBytes)
    {
        if (firstBytes.StartsWith("\r\n"u8)) firstBytes = firstBytes[2..]; // RFC 9112 §2.2
        firstBytes = firstBytes[..Math.Min(firstBytes.Length, MaxLineLooked)];
        var end = firstBytes.IndexOf((byte)'\n');
        if (end >= 0) firstBytes = firstBytes[..end];
        return firstBytes.IndexOf(" HTTP/"u8) > 0;
    }

    public static byte[] Create(ReadOnlySpan<byte> request, int status)
    {
        var phrase = ReasonPhrases.GetReasonPhrase(status);
        var text = string.Create(CultureInfo.InvariantCulture, $"{status} {phrase}\n");
        var retry = status == StatusCodes.Status503ServiceUnavailable ? string.Create(CultureInfo.InvariantCulture, $"Retry-After: {RetryAfterSeconds}\r\n") : "";
        var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {phrase}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {text.Length}\r\nCache-Control: no-store\r\n{retry}Connection: close\r\n\r\n");
        return Encoding.ASCII.GetBytes(request.StartsWith("HEAD "u8) ? head : head + text);
    }
}
