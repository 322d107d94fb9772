using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Nexus.Certs.Distribution;

/// <summary>A certificate (leaf first, then intermediates) and its PKCS#8 key as PEM text, and when it is valid.</summary>
internal sealed record HubCertificate(string ChainPem, string PrivateKeyPem, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <param name="leaf">With its private key.</param>
    /// <param name="intermediates">In the order in which they sign, without the root.</param>
    /// <exception cref="CryptographicException">The key is neither ECDSA nor RSA, or cannot be read.</exception>
    public static HubCertificate Of(X509Certificate2 leaf, IEnumerable<X509Certificate2> intermediates) => new(
        string.Join('\n', [leaf.ExportCertificatePem(), .. intermediates.Select(certificate => certificate.ExportCertificatePem())]) + "\n",
        KeyOf(leaf) + "\n",
        leaf.NotBefore,
        leaf.NotAfter);

    private static string KeyOf(X509Certificate2 leaf)
    {
        using AsymmetricAlgorithm? key = leaf.GetECDsaPrivateKey() ?? (AsymmetricAlgorithm?)leaf.GetRSAPrivateKey();
        return key?.ExportPkcs8PrivateKeyPem() ?? throw new CryptographicException("The private key is neither ECDSA nor RSA.");
    }
}
