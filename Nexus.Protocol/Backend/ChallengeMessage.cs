using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Nexus.Protocol.Backend;

/// <summary>The hub's text message that asks for a token with this nonce in it.</summary>
/// <param name="Kind">Handshake or re-authentication.</param>
/// <param name="Nonce">Not blank; 43 characters when it comes from <see cref="NewNonce"/>, at most <see cref="MaxNonceBytes"/> from a peer.</param>
public readonly record struct ChallengeMessage(ChallengeKind Kind, string Nonce)
{
    /// <summary>Longest nonce, in bytes as written, that is read.</summary>
    public const int MaxNonceBytes = 512;

    private const int RandomBytes = 32;

    /// <summary>32 random bytes in base64url without padding. One per challenge: it proves that the token was made for it.</summary>
    public static string NewNonce()
    {
        Span<byte> bytes = stackalloc byte[RandomBytes];
        RandomNumberGenerator.Fill(bytes);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>
    /// Reads a text message. False when it is not a JSON object with a known <c>type</c> and a nonce that is not blank; such
    /// messages are to be ignored after the handshake.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> json, out ChallengeMessage message)
    {
        message = default;
        if (json.Length > DataFrame.MaxMessageSize) return false;
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!TryReadFields(ref reader, out var kind, out var nonce) || kind is not { } known || string.IsNullOrWhiteSpace(nonce)) return false;
            message = new ChallengeMessage(known, nonce);
            return true;
        }
        catch (JsonException)
        {
            return false; // Utf8JsonReader has no other way to say "malformed"
        }
    }

    /// <summary>Writes the JSON text; false when there is no room.</summary>
    public bool TryWrite(Span<byte> destination, out int written)
    {
        var writer = new JsonSpanWriter(destination);
        writer.Raw(Kind == ChallengeKind.Handshake ? "{\"type\":\"handshake_challenge\""u8 : "{\"type\":\"reauth_challenge\""u8);
        writer.Text(",\"nonce\":"u8, Nonce);
        writer.Raw("}"u8);
        written = writer.HasOverflowed ? 0 : writer.Written;
        return !writer.HasOverflowed;
    }

    private static bool TryReadFields(ref Utf8JsonReader reader, out ChallengeKind? kind, out string? nonce)
    {
        kind = null;
        nonce = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
        Span<byte> buffer = stackalloc byte[MaxNonceBytes];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isName = JsonText.TryGetUtf8(in reader, buffer, out var name);
            var isType = isName && System.Text.Ascii.EqualsIgnoreCase(name, "type"u8);
            var isNonce = isName && System.Text.Ascii.EqualsIgnoreCase(name, "nonce"u8);
            reader.Read();
            if (!isType && !isNonce)
            {
                reader.Skip();
                continue;
            }

            if (reader.TokenType == JsonTokenType.Null) continue;
            if (reader.TokenType != JsonTokenType.String || !JsonText.TryGetUtf8(in reader, buffer, out var value)) return false;
            if (isType) kind = FindKind(value);
            else nonce = System.Text.Encoding.UTF8.GetString(value);
        }

        return !reader.Read();
    }

    private static ChallengeKind? FindKind(ReadOnlySpan<byte> type)
    {
        if (type.SequenceEqual("handshake_challenge"u8)) return ChallengeKind.Handshake;
        return type.SequenceEqual("reauth_challenge"u8) ? ChallengeKind.Reauthentication : null;
    }
}
