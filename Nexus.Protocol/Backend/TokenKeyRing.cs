using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Nexus.Protocol.Backend;

/// <summary>
/// All keys by which tokens are believed. Shared secrets check HS256, HS384 and HS512 only, public keys the algorithms of their
/// type only: no token can make one serve as the other.
/// </summary>
public sealed class TokenKeyRing
{
    private readonly HmacTokenKey[] _secrets;
    private readonly PublicTokenKey[]? _publicKeys;

    /// <summary>A ring that never changes.</summary>
    /// <param name="secrets">Shared secrets; none: HMAC is not an algorithm here.</param>
    /// <param name="publicKeys">Public keys, perhaps none yet; null: asymmetric algorithms are switched off.</param>
    public TokenKeyRing(IEnumerable<HmacTokenKey> secrets, IEnumerable<PublicTokenKey>? publicKeys = null)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        _secrets = [.. secrets];
        _publicKeys = publicKeys is null ? null : [.. publicKeys];
    }

    /// <summary>
    /// Checks the signature and reads the claims; neither issuer nor times are checked (<see cref="BackendTokenRules"/>). A token
    /// whose <c>kid</c> names a known key is held against that key alone. Otherwise secrets are tried in turn, since original
    /// signers write no <c>kid</c> and it meant nothing; public keys only when the token names none.
    /// </summary>
    /// <param name="token">Compact JWS; line ends inside are tolerated.</param>
    /// <param name="claims">What it says.</param>
    /// <param name="keyId">The name of the key that signed it; null when that has none. Not what the token says.</param>
    /// <param name="error">Why it was not read.</param>
    public bool TryRead(ReadOnlySpan<byte> token, [NotNullWhen(true)] out BackendClaims? claims, out string? keyId, out TokenError error)
    {
        claims = null;
        keyId = null;
        error = CompactToken.TryRead(token, out var compact);
        if (error == TokenError.None) error = Verify(compact, out keyId);
        if (error != TokenError.None) return false;
        if (BackendClaims.TryRead(compact.Payload, out claims)) return true;
        error = TokenError.BadClaims;
        keyId = null;
        return false;
    }

    private TokenError Verify(in CompactToken token, out string? keyId)
    {
        keyId = null;
        switch (token.Algorithm)
        {
            case "HS256":
                return VerifySecret(HashAlgorithmName.SHA256, token, out keyId);
            case "HS384":
                return VerifySecret(HashAlgorithmName.SHA384, token, out keyId);
            case "HS512":
                return VerifySecret(HashAlgorithmName.SHA512, token, out keyId);
            case "ES256" or "ES384" or "RS256" or "PS256" or "EdDSA" or "Ed25519" when _publicKeys is not null && !token.IsCritical:
                return VerifyPublic(_publicKeys, token, out keyId);
            default:
                return TokenError.UnsupportedAlgorithm;
        }
    }

    private TokenError VerifySecret(HashAlgorithmName hash, in CompactToken token, out string? keyId)
    {
        keyId = null;
        if (_secrets.Length == 0) return TokenError.UnsupportedAlgorithm;
        var named = token.KeyId;
        var isKnown = named is not null && Array.Exists(_secrets, secret => secret.Id == named);
        HmacTokenKey? signer = null;
        foreach (var secret in _secrets)
        {
            if (isKnown && secret.Id != named) continue;
            // All are tried, whichever fits, and compared in constant time: how long it takes tells nothing.
            if (CryptographicOperations.FixedTimeEquals(CryptographicOperations.HmacData(hash, secret.Secret, token.Signed), token.Signature)) signer ??= secret;
        }

        keyId = signer?.Id;
        return signer is null ? TokenError.BadSignature : TokenError.None;
    }

    private static TokenError VerifyPublic(PublicTokenKey[] keys, in CompactToken token, out string? keyId)
    {
        keyId = null;
        var fits = 0;
        foreach (var key in keys)
        {
            if (!key.Supports(token.Algorithm) || (token.KeyId is { } named && key.Id != named)) continue;
            fits++;
            if (!key.Verify(token.Algorithm, token.Signed, token.Signature)) continue;
            keyId = key.Id;
            return TokenError.None;
        }

        return fits == 0 ? TokenError.UnknownKey : TokenError.BadSignature;
    }
}
