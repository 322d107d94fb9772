using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Nexus.Protocol.Backend;

/// <summary>Tokens in the compact form of RFC 7515, signed with a shared secret. Keys of any length are used as they are. For keys with names, and public ones: <see cref="TokenKeyRing"/>.</summary>
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
        return new TokenKeyRing(keys.Select(key => new HmacTokenKey(key))).TryRead(token, out claims, out _, out error);
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
}
