using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Nexus.Protocol.Backend.Signatures;

namespace Nexus.Protocol.Backend;

/// <summary>
/// Reads a set of public keys (RFC 7517): EC on P-256 and P-384, RSA of 2048 to 8192 bits, Ed25519. Other keys are passed over, as the
/// RFC asks; so are symmetric ones: a secret has no place in a public document.
/// </summary>
public static class JsonWebKeySet
{
    /// <summary>Largest document, in bytes.</summary>
    public const int MaxSize = 256 * 1_024;

    /// <summary>Most keys that are taken from a document. A token without a key id is tried against all that fit.</summary>
    public const int MaxKeys = 32;

    private const int MaxIdLength = 256;

    /// <summary>False when the document is too large, no JSON object, or has no array <c>keys</c>.</summary>
    /// <param name="json">The document.</param>
    /// <param name="keys">The usable keys, in order, at most <see cref="MaxKeys"/>.</param>
    /// <param name="passedOver">How many entries were not taken.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, [NotNullWhen(true)] out IReadOnlyList<PublicTokenKey>? keys, out int passedOver)
    {
        keys = null;
        passedOver = 0;
        if (json.Length > MaxSize) return false;
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            if (reader.Read() || document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("keys", out var entries) || entries.ValueKind != JsonValueKind.Array)
            {
                return false;
            }

            List<PublicTokenKey> usable = [.. entries.EnumerateArray().Select(TryCreate).OfType<PublicTokenKey>().Take(MaxKeys)];
            passedOver = entries.GetArrayLength() - usable.Count;
            keys = usable;
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false; // malformed, or a name that is no Unicode: the reader has no other way to say so
        }
    }

    private static PublicTokenKey? TryCreate(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object || Text(entry, "use") is not (null or "sig") || !MayVerify(entry)) return null;
        var id = Text(entry, "kid");
        if (id?.Length > MaxIdLength) return null;
        var algorithm = Text(entry, "alg");
        var curve = Text(entry, "crv");
        return Text(entry, "kty") switch
        {
            "EC" => EcTokenKey.TryCreate(id, algorithm, curve, Bytes(entry, "x"), Bytes(entry, "y")),
            "RSA" => RsaTokenKey.TryCreate(id, algorithm, Bytes(entry, "n"), Bytes(entry, "e")),
            "OKP" => Ed25519TokenKey.TryCreate(id, algorithm, curve, Bytes(entry, "x")),
            _ => null,
        };
    }

    private static bool MayVerify(JsonElement entry) =>
        !entry.TryGetProperty("key_ops", out var operations)
        || (operations.ValueKind == JsonValueKind.Array && operations.EnumerateArray().Any(operation => Text(operation) == "verify"));

    private static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? Text(value) : null;

    private static string? Text(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // a lone surrogate
        }
    }

    private static byte[]? Bytes(JsonElement entry, string name) =>
        Text(entry, name) is { } text ? Base64UrlText.Decode(System.Text.Encoding.UTF8.GetBytes(text)) : null;
}
