using System.Text.Json;
using Nexus.Acme.Problems;
using Nexus.Acme.Transport;

namespace Nexus.Acme.Renewal;

/// <summary>When the authority wants a certificate renewed, RFC 9773 §4.2.</summary>
/// <param name="Start">The window's begin.</param>
/// <param name="End">The window's end, after the begin.</param>
/// <param name="Explanation">An address that tells people why, or null. Never opened by this client.</param>
/// <param name="RetryAfter">When to ask again, or null.</param>
public sealed record RenewalInfo(DateTimeOffset Start, DateTimeOffset End, string? Explanation, TimeSpan? RetryAfter)
{
    internal static RenewalInfo Parse(JsonElement json, TimeSpan? retryAfter)
    {
        var window = json.TryGetProperty("suggestedWindow", out var found) && found.ValueKind == JsonValueKind.Object ? found : default(JsonElement?);
        // Without a window, or with one that ends before it begins, there is no suggestion (§4.2).
        return window?.Time("start") is { } start && window.Value.Time("end") is { } end && end > start
            ? new(start, end, json.PlainText("explanationURL", 2_048), retryAfter)
            : throw new AcmeException(AcmeErrorKind.BadAnswer, "Renewal information without a window");
    }
}
