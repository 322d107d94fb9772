using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Nexus.Client.Attestation;

/// <summary>
/// What an attestation command prints: the token on the first line, or one JSON object with <c>token</c> and
/// <c>expiry</c> (RFC 3339).
/// </summary>
internal static class CommandOutput
{
    /// <exception cref="NexusTokenException">There is no token in it. The message does not quote the output.</exception>
    public static NexusToken Parse(ReadOnlySpan<byte> output)
    {
        var text = Encoding.UTF8.GetString(output).Trim();
        if (text.Length == 0) throw new NexusTokenException("The attestation command printed nothing.");
        return text[0] == '{' ? ParseJson(text) : new(text.Split('\n', 2)[0].Trim());
    }

    private static NexusToken ParseJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var token = (ReadString(document.RootElement, "token") ?? "").Trim();
            if (token.Length == 0) throw new NexusTokenException("The attestation command's JSON has no token.");
            var expiry = DateTimeOffset.TryParse(ReadString(document.RootElement, "expiry"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) ? end : (DateTimeOffset?)null;
            return new(token, expiry);
        }
        catch (JsonException ex)
        {
            // The parser's message may quote what it stumbled over, which may be a piece of the token.
            throw new NexusTokenException($"The attestation command's JSON is not one valid object (line {ex.LineNumber + 1}).");
        }
        catch (InvalidOperationException)
        {
            throw new NexusTokenException("The attestation command's JSON has a text that is not Unicode.");
        }
    }

    private static string? ReadString(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new NexusTokenException($"The attestation command's JSON has a {name} that is not a string.");
    }
}
