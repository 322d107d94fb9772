using System.Security.Cryptography;

namespace Nexus.Protocol.Backend.Signatures;

/// <summary>ES256 with a P-256 key, ES384 with a P-384 key (RFC 7518 §3.4): each curve has one algorithm.</summary>
internal sealed class EcTokenKey : PublicTokenKey
{
    private readonly ECParameters _parameters;
    private readonly string _fits;
    private readonly HashAlgorithmName _hash;
    private readonly int _signatureSize;

    private EcTokenKey(string? id, string? algorithm, ECParameters parameters, string fits, HashAlgorithmName hash, int signatureSize)
        : base(id, algorithm)
    {
        _parameters = parameters;
        _fits = fits;
        _hash = hash;
        _signatureSize = signatureSize;
    }

    /// <summary>Null when the curve is another one or the point is not on it.</summary>
    public static EcTokenKey? TryCreate(string? id, string? algorithm, string? curve, byte[]? x, byte[]? y)
    {
        var (named, size) = curve switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, 32),
            "P-384" => (ECCurve.NamedCurves.nistP384, 48),
            _ => (default, 0),
        };
        if (size == 0 || x?.Length != size || y?.Length != size) return null;
        var parameters = new ECParameters { Curve = named, Q = new ECPoint { X = x, Y = y } };
        try
        {
            using var key = ECDsa.Create(parameters);
        }
        catch (CryptographicException)
        {
            return null;
        }

        return size == 32
            ? new(id, algorithm, parameters, "ES256", HashAlgorithmName.SHA256, 64)
            : new(id, algorithm, parameters, "ES384", HashAlgorithmName.SHA384, 96);
    }

    internal override bool Fits(string algorithm) => algorithm == _fits;

    internal override bool Verify(string algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (!Supports(algorithm) || signature.Length != _signatureSize) return false;
        using var key = ECDsa.Create(_parameters); // key objects are not promised to be thread-safe
        return key.VerifyData(signed, signature, _hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
