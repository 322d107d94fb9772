using System.Security.Cryptography;
using System.Text;

namespace Nexus.Acme.Signing;

/// <summary>
/// A key that signs requests: an account's, or a certificate's for its revocation. New ones are ECDSA P-256 (ES256); existing ones may
/// also be P-384 (ES384), P-521 (ES512) or RSA of 2048 to 8192 bits (RS256). Never shows the private part but by <see cref="ToPem"/>.
/// </summary>
public sealed class SigningKey : IDisposable
{
    private readonly Lock _lock = new();
    private readonly AsymmetricAlgorithm _key;
    private readonly HashAlgorithmName _hash;

    private SigningKey(AsymmetricAlgorithm key, string algorithm, HashAlgorithmName hash, string publicJwk)
    {
        _key = key;
        _hash = hash;
        Algorithm = algorithm;
        PublicJwk = publicJwk;
        Thumbprint = Base64UrlText.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(publicJwk)));
    }

    /// <summary>The name in RFC 7518 §3.1: ES256, ES384, ES512 or RS256.</summary>
    public string Algorithm { get; }

    /// <summary>SHA-256 over the public key, base64url (RFC 7638). Public.</summary>
    public string Thumbprint { get; }

    /// <summary>The public key as JSON, members in the order of RFC 7638 §3.2.</summary>
    internal string PublicJwk { get; }

    /// <summary>A new ECDSA P-256 key.</summary>
    public static SigningKey Create() => Of(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a key: PKCS#8, <c>EC PRIVATE KEY</c> or <c>RSA PRIVATE KEY</c>, the first one in the text.</summary>
    /// <exception cref="CryptographicException">There is none, or of a kind that is not supported. The message holds nothing of the text.</exception>
    public static SigningKey FromPem(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        return Of(PrivateKeyPem.Read(pem));
    }

    /// <summary>The private key as PKCS#8 PEM. A secret.</summary>
    public string ToPem()
    {
        lock (_lock) { return _key.ExportPkcs8PrivateKeyPem(); }
    }

    /// <summary>Says which key it is, without the private part.</summary>
    public override string ToString() => $"{Algorithm} {Thumbprint}";

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    /// <summary>The signature as RFC 7518 §3 has it (ECDSA: both numbers, one after the other).</summary>
    internal byte[] Sign(ReadOnlySpan<byte> data)
    {
        // The platform's keys do not promise to be used by two at once.
        lock (_lock)
        {
            return _key is ECDsa ec ? ec.SignData(data, _hash) : ((RSA)_key).SignData(data, _hash, RSASignaturePadding.Pkcs1);
        }
    }

    private static SigningKey Of(AsymmetricAlgorithm key)
    {
        try
        {
            return key is ECDsa ec ? Of(ec) : Of((RSA)key);
        }
        catch (CryptographicException)
        {
            key.Dispose();
            throw;
        }
    }

    private static SigningKey Of(ECDsa key)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        var (algorithm, curve, hash) = parameters.Curve.Oid.Value switch
        {
            "1.2.840.10045.3.1.7" => ("ES256", "P-256", HashAlgorithmName.SHA256),
            "1.3.132.0.34" => ("ES384", "P-384", HashAlgorithmName.SHA384),
            "1.3.132.0.35" => ("ES512", "P-521", HashAlgorithmName.SHA512),
            _ => throw new CryptographicException("The key's curve is none of P-256, P-384 and P-521."),
        };
        return new(key, algorithm, hash, $$"""{"crv":"{{curve}}","kty":"EC","x":"{{Base64UrlText.Encode(parameters.Q.X)}}","y":"{{Base64UrlText.Encode(parameters.Q.Y)}}"}""");
    }

    private static SigningKey Of(RSA key)
    {
        if (key.KeySize is < 2_048 or > 8_192) throw new CryptographicException("The RSA key must have 2048 to 8192 bits.");
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return new(key, "RS256", HashAlgorithmName.SHA256, $$"""{"e":"{{Base64UrlText.Encode(parameters.Exponent)}}","kty":"RSA","n":"{{Base64UrlText.Encode(parameters.Modulus)}}"}""");
    }
}
