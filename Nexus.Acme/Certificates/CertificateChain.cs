using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Nexus.Acme.Problems;

namespace Nexus.Acme.Certificates;

/// <summary>A certificate and those that lead from it to the authority's root, as the authority sent them (RFC 8555 §9.1).</summary>
public sealed class CertificateChain
{
    private const int MaxCertificates = 10;
    private const string Begin = "-----BEGIN CERTIFICATE-----";
    private const string End = "-----END CERTIFICATE-----";

    private readonly byte[][] _certificates;

    private CertificateChain(byte[][] certificates) => _certificates = certificates;

    /// <summary>How many certificates, 1 to 10.</summary>
    public int Count => _certificates.Length;

    /// <summary>PEM, the certificate itself first, each with a line end after it.</summary>
    public string ToPem() => string.Concat(_certificates.Select(der => PemEncoding.WriteString("CERTIFICATE", der) + "\n"));

    /// <summary>The certificate itself, without a key. The caller's to dispose.</summary>
    public X509Certificate2 LoadLeaf() => X509CertificateLoader.LoadCertificate(_certificates[0]);

    /// <summary>All but the certificate itself. The caller's to dispose.</summary>
    public X509Certificate2Collection LoadIntermediates() => [.. _certificates.Skip(1).Select(X509CertificateLoader.LoadCertificate)];

    /// <summary>Reads PEM text in its strict form, as RFC 8555 §9.1 demands. Anything but certificates in it is refused, lest a key be taken for one.</summary>
    /// <exception cref="AcmeException"><see cref="AcmeErrorKind.BadAnswer"/>: it is none.</exception>
    public static CertificateChain Parse(ReadOnlySpan<byte> pem)
    {
        // Not by PemEncoding, which looks for an end after each of many beginnings: quadratic in a stranger's text.
        var certificates = new List<byte[]>();
        var rest = Encoding.ASCII.GetString(pem).AsSpan().TrimStart();
        while (!rest.IsEmpty)
        {
            if (!rest.StartsWith(Begin, StringComparison.Ordinal)) throw Bad("Something else than a certificate in the chain");
            if (certificates.Count == MaxCertificates) throw Bad($"More than {MaxCertificates} certificates in the chain");
            rest = rest[Begin.Length..];
            var end = rest.IndexOf(End, StringComparison.Ordinal);
            if (end < 0 || TryDecode(rest[..end]) is not { } der) throw Bad("A certificate in the chain cannot be read");
            certificates.Add(der);
            rest = rest[(end + End.Length)..].TrimStart();
        }

        return certificates.Count > 0 ? new CertificateChain([.. certificates]) : throw Bad("No certificate in the chain");
    }

    /// <summary>Whether the last certificate was issued by, or is, one with this common name.</summary>
    public bool LeadsTo(string rootCommonName)
    {
        try
        {
            using var last = X509CertificateLoader.LoadCertificate(_certificates[^1]);
            return string.Equals(CommonName(last.IssuerName), rootCommonName, StringComparison.OrdinalIgnoreCase);
        }
        catch (CryptographicException)
        {
            return false; // a name that is no DER
        }
    }

    private static string? CommonName(X500DistinguishedName name)
    {
        foreach (var part in name.EnumerateRelativeDistinguishedNames())
        {
            if (!part.HasMultipleElements && part.GetSingleElementType().Value == "2.5.4.3") return part.GetSingleElementValue();
        }

        return null;
    }

    private static byte[]? TryDecode(ReadOnlySpan<char> base64)
    {
        var der = new byte[base64.Length];
        if (!Convert.TryFromBase64Chars(base64, der, out var length)) return null;
        der = der[..length];
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(der);
            return certificate.RawDataMemory.Length == length ? der : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static AcmeException Bad(string why) => new(AcmeErrorKind.BadAnswer, why);
}
