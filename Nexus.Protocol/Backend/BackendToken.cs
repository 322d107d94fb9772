using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Nexus.Protocol.Backend;

/// <summary>Tokens in the compact form of RFC 7515, signed with a shared secret. Keys of any length are used as they are.</summary>
public static class BackendToken
{
    /// <summary>Most bytes of a token. Some authorizers put quotes of tens of kilobytes into it.</summary>
    public const int MaxSize = 64 * 1_024;

    private static ReadOnlySpan<byte> Header => "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"u8;

    /// <summary>Signs with HMAC-SHA256.</summary>
    public static string Sign(BackendClaims claims, ReadOnlySpan<byte> key)
    {
        ArgumentNullException.ThrowIfNull(claims);
        var signed = $"{Base64UrlText.Encode(Header)}.{Base64UrlText.Encode(claims.ToJson())}";
        return $"{signed}.{Base64UrlText.Encode(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>
    /// Checks the signature (HS256, HS384, HS512) against the keys in turn and reads the claims. Neither issuer nor times are
    /// checked: that is <see cref="BackendTokenRules.Check"/>. Line ends inside the text are tolerated.
    /// </summary>
    public static bool TryReadHmac(
        ReadOnlySpan<byte> token, IReadOnlyList<ReadOnlyMemory<byte>> keys, [NotNullWhen(true)] out BackendClaims? claims, out TokenError error)
    {
        ArgumentNullException.ThrowIfNull(keys);
        claims = null;
        error = Verify(token, keys, out var payload);
        if (error != TokenError.None) return false;
        if (BackendClaims.TryRead(payload, out claims)) return true;
        error = TokenError.BadClaims;
        return false;
    }

    /// <inheritdoc cref="TryReadHmac(ReadOnlySpan{byte}, IReadOnlyList{ReadOnlyMemory{byte}}, out BackendClaims?, out TokenError)"/>
    public static bool TryReadHmac(
        string token, IReadOnlyList<ReadOnlyMemory<byte>> keys, [NotNullWhen(true)] out BackendClaims? claims, out TokenError error)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (token.Length <= MaxSize) return TryReadHmac(Encoding.UTF8.GetBytes(token), keys, out claims, out error);
        claims = null;
        error = TokenError.TooLarge;
        return false;
    }

    private static TokenError Verify(ReadOnlySpan<byte> token, IReadOnlyList<ReadOnlyMemory<byte>> keys, out byte[] payload)
    {
        payload = [];
        if (token.Length > MaxSize) return TokenError.TooLarge;

        var headerEnd = token.IndexOf((byte)'.');
        var signedEnd = token.LastIndexOf((byte)'.');
        if (headerEnd < 0 || headerEnd == signedEnd || token[(headerEnd + 1)..signedEnd].Contains((byte)'.')) return TokenError.Malformed;
        if (Base64UrlText.Decode(token[..headerEnd]) is not { } header
            || Base64UrlText.Decode(token[(headerEnd + 1)..signedEnd]) is not { } decoded
            || Base64UrlText.Decode(token[(signedEnd + 1)..]) is not { } signature
            || !TryReadAlgorithm(header, out var algorithm))
        {
            return TokenError.Malformed;
        }

        payload = decoded;
        return algorithm switch
        {
            "HS256" => Verify(HashAlgorithmName.SHA256, token[..signedEnd], signature, keys),
            "HS384" => Verify(HashAlgorithmName.SHA384, token[..signedEnd], signature, keys),
            "HS512" => Verify(HashAlgorithmName.SHA512, token[..signedEnd], signature, keys),
            _ => TokenError.UnsupportedAlgorithm,
        };
    }

    private static TokenError Verify(
        HashAlgorithmName hash, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature, IReadOnlyList<ReadOnlyMemory<byte>> keys)
    {
        var isGenuine = false;
        foreach (var key in keys)
        {
            isGenuine |= CryptographicOperations.FixedTimeEquals(CryptographicOperations.HmacData(hash, key.Span, signed), signature);
        }

        return isGenuine ? TokenError.None : TokenError.BadSignature;
    }

    private static bool TryReadAlgorithm(ReadOnlySpan<byte> header, out string? algorithm)
    {
        algorithm = null;
        try
        {
            var reader = new Utf8JsonReader(header);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isAlgorithm = JsonText.GetString(in reader) == "alg";
                reader.Read();
                if (!isAlgorithm) reader.Skip();
                else if (!JsonClaim.TryText(ref reader, out algorithm)) return false;
            }

            return !reader.Read() && algorithm is not null;
        }
        catch (JsonException)
        {
            return false; // Utf8JsonReader has no other way to say "malformed"
        }
    }
}
