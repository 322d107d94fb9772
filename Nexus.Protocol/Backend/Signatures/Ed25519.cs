using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Nexus.Protocol.Backend.Signatures;

/// <summary>
/// Verification of Ed25519 signatures (RFC 8032 §5.1.7), which the base class library lacks. Key, message and signature are public,
/// so nothing here need take constant time; there is no signing for that reason.
/// </summary>
internal static class Ed25519
{
    public const int KeySize = 32;
    public const int SignatureSize = 64;

    /// <summary>The order of the generator.</summary>
    private static readonly BigInteger s_order =
        BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);

    /// <summary>Reads a key; false when it is no point, or one of the few that accept almost any signature.</summary>
    public static bool TryReadKey(ReadOnlySpan<byte> bytes, out EdwardsPoint key) =>
        EdwardsPoint.TryDecode(bytes, out key) && !key.Double().Double().Double().IsNeutral;

    /// <summary>Whether the owner of the key has signed the message.</summary>
    /// <param name="key">From <see cref="TryReadKey"/>.</param>
    /// <param name="keyBytes">The same key as bytes.</param>
    /// <param name="message">What was signed.</param>
    /// <param name="signature">R and S; an S that is not reduced is refused, so that no signature has a second form.</param>
    public static bool Verify(in EdwardsPoint key, ReadOnlySpan<byte> keyBytes, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureSize || new BigInteger(signature[32..], isUnsigned: true) >= s_order) return false;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(signature[..32]);
        hash.AppendData(keyBytes);
        hash.AppendData(message);
        Span<byte> digest = stackalloc byte[SHA512.HashSizeInBytes];
        hash.GetHashAndReset(digest);

        Span<byte> k = stackalloc byte[32];
        k.Clear();
        (new BigInteger(digest, isUnsigned: true) % s_order).TryWriteBytes(k, out _, isUnsigned: true);
        Span<byte> r = stackalloc byte[32];
        EdwardsPoint.Combine(signature[32..], EdwardsPoint.Base, k, -key).Encode(r);
        return r.SequenceEqual(signature[..32]);
    }
}
