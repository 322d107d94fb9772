using System.Text.Json;

namespace Nexus.Protocol.Backend;

/// <summary>A token taken apart (RFC 7515 §7.1); nothing is checked yet.</summary>
internal readonly ref struct CompactToken
{
    private const int MaxKeyIdLength = 256;

    private CompactToken(string algorithm, string? keyId, bool isCritical)
    {
        Algorithm = algorithm;
        KeyId = keyId;
        IsCritical = isCritical;
    }

    /// <summary><c>alg</c>.</summary>
    public string Algorithm { get; }

    /// <summary><c>kid</c>; null when absent, no text or too long.</summary>
    public string? KeyId { get; }

    /// <summary>Whether there is a <c>crit</c>: extensions that must be understood, of which we understand none.</summary>
    public bool IsCritical { get; }

    /// <summary>Header, dot, payload, as they came.</summary>
    public ReadOnlySpan<byte> Signed { get; private init; }

    public ReadOnlySpan<byte> Payload { get; private init; }

    public ReadOnlySpan<byte> Signature { get; private init; }

    public static TokenError TryRead(ReadOnlySpan<byte> token, out CompactToken compact)
    {
        compact = default;
        if (token.Length > BackendToken.MaxSize) return TokenError.TooLarge;

        var headerEnd = token.IndexOf((byte)'.');
        var signedEnd = token.LastIndexOf((byte)'.');
        if (headerEnd < 0 || headerEnd == signedEnd || token[(headerEnd + 1)..signedEnd].Contains((byte)'.')) return TokenError.Malformed;
        if (Base64UrlText.Decode(token[..headerEnd]) is not { } header
            || Base64UrlText.Decode(token[(headerEnd + 1)..signedEnd]) is not { } payload
            || Base64UrlText.Decode(token[(signedEnd + 1)..]) is not { } signature
            || !TryReadHeader(header, out var read))
        {
            return TokenError.Malformed;
        }

        compact = read with { Signed = token[..signedEnd], Payload = payload, Signature = signature };
        return TokenError.None;
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> header, out CompactToken read)
    {
        string? algorithm = null, keyId = null;
        var isCritical = false;
        read = default;
        try
        {
            var reader = new Utf8JsonReader(header);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = JsonText.GetString(in reader);
                reader.Read();
                isCritical |= name == "crit";
                if (name == "alg" && !JsonClaim.TryText(ref reader, out algorithm)) return false;
                if (name == "kid" && JsonClaim.TryText(ref reader, out var text)) keyId = text is { Length: > 0 and <= MaxKeyIdLength } ? text : null;
                reader.Skip();
            }

            if (reader.Read() || algorithm is null) return false;
            read = new(algorithm, keyId, isCritical);
            return true;
        }
        catch (JsonException)
        {
            return false; // Utf8JsonReader has no other way to say "malformed"
        }
    }
}
