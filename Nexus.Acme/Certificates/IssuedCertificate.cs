using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Nexus.Acme.Orders;
using Nexus.Acme.Problems;
using Nexus.Acme.Signing;

namespace Nexus.Acme.Certificates;

/// <summary>A certificate with its chain and its private key.</summary>
public sealed class IssuedCertificate
{
    private readonly string _privateKey;

    private IssuedCertificate(CertificateChain chain, string privateKey, X509Certificate2 leaf)
    {
        _privateKey = privateKey;
        Chain = chain;
        NotBefore = leaf.NotBefore.ToUniversalTime();
        NotAfter = leaf.NotAfter.ToUniversalTime();
        SerialNumber = leaf.SerialNumber;
        Names = [.. NamesOf(leaf)];
    }

    /// <summary>The certificate and its intermediates.</summary>
    public CertificateChain Chain { get; }

    /// <summary>The names that it is for, as <see cref="AcmeIdentifier.Value"/> has them.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Valid from.</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>Valid to.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>In hexadecimal.</summary>
    public string SerialNumber { get; }

    /// <summary>The private key as PKCS#8 PEM. A secret.</summary>
    public string ExportPrivateKeyPem() => _privateKey;

    /// <summary>The certificate with its private key. The caller's to dispose.</summary>
    public X509Certificate2 Load()
    {
        using var leaf = Chain.LoadLeaf();
        using var key = PrivateKeyPem.Read(_privateKey);
        return UsableCertificate.Of(key is ECDsa ec ? leaf.CopyWithPrivateKey(ec) : leaf.CopyWithPrivateKey((RSA)key));
    }

    /// <summary>Says which certificate it is, without the key.</summary>
    public override string ToString() => $"certificate {SerialNumber} for {string.Join(", ", Names)} until {NotAfter:u}";

    /// <summary>Reads what was stored; null when the two do not belong together or cannot be read.</summary>
    /// <param name="chainPem">As <see cref="CertificateChain.ToPem"/> wrote it.</param>
    /// <param name="privateKeyPem">As <see cref="ExportPrivateKeyPem"/> gave it: an ECDSA or RSA key.</param>
    public static IssuedCertificate? TryRead(string chainPem, string privateKeyPem)
    {
        ArgumentNullException.ThrowIfNull(chainPem);
        ArgumentNullException.ThrowIfNull(privateKeyPem);
        try
        {
            return TryCreate(CertificateChain.Parse(Encoding.ASCII.GetBytes(chainPem)), privateKeyPem, []);
        }
        catch (AcmeException)
        {
            return null;
        }
    }

    /// <summary>Joins a chain and a key; null when they do not belong together, cannot be read, or a name is missing in the certificate.</summary>
    internal static IssuedCertificate? TryCreate(CertificateChain chain, string privateKeyPem, IReadOnlyList<AcmeIdentifier> identifiers)
    {
        try
        {
            using var leaf = chain.LoadLeaf();
            using var key = PrivateKeyPem.Read(privateKeyPem);
            using AsymmetricAlgorithm? publicKey = leaf.GetECDsaPublicKey() ?? (AsymmetricAlgorithm?)leaf.GetRSAPublicKey();
            if (publicKey is null || !publicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo())) return null;
            var issued = new IssuedCertificate(chain, privateKeyPem, leaf);
            return identifiers.All(identifier => issued.Names.Contains(identifier.Value)) ? issued : null;
        }
        catch (Exception ex) when (ex is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static IEnumerable<string> NamesOf(X509Certificate2 certificate)
    {
        var extension = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        if (extension is null) return [];
        return extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString()))
            .Select(name => name.ToLowerInvariant());
    }
}
