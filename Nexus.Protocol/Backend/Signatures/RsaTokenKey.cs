using System.Security.Cryptography;

namespace Nexus.Protocol.Backend.Signatures;

/// <summary>RS256 and PS256 (RFC 7518 §3.3, §3.5).</summary>
internal sealed class RsaTokenKey : PublicTokenKey
{
    /// <summary>RFC 7518 asks for 2048 bits. Above 8192 one signature costs more than a stranger may make us work.</summary>
    private const int MinBits = 2_048;
    private const int MaxBits = 8_192;
    private const int MaxExponentBytes = 4;

    private readonly RSAParameters _parameters;

    private RsaTokenKey(string? id, string? algorithm, RSAParameters parameters)
        : base(id, algorithm) => _parameters = parameters;

    /// <summary>Null when the key is too small, too large or malformed.</summary>
    public static RsaTokenKey? TryCreate(string? id, string? algorithm, byte[]? modulus, byte[]? exponent)
    {
        if (modulus is null || exponent is not { Length: > 0 and <= MaxExponentBytes } || (exponent[^1] & 1) == 0 || exponent is [1]) return null;
        var significant = modulus.AsSpan().TrimStart((byte)0);
        if (significant.IsEmpty) return null;
        var bits = (significant.Length * 8) - byte.LeadingZeroCount(significant[0]);
        if (bits is < MinBits or > MaxBits) return null;
        var parameters = new RSAParameters { Modulus = significant.ToArray(), Exponent = exponent };
        try
        {
            using var key = RSA.Create(parameters);
        }
        catch (CryptographicException)
        {
            return null;
        }

        return new(id, algorithm, parameters);
    }

    internal override bool Fits(string algorithm) => algorithm is "RS256" or "PS256";

    internal override bool Verify(string algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (!Supports(algorithm)) return false;
        using var key = RSA.Create(_parameters); // key objects are not promised to be thread-safe
        return key.VerifyData(signed, signature, HashAlgorithmName.SHA256, algorithm == "RS256" ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss);
    }
}
