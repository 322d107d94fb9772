using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Nexus.Acme.Signing;

namespace Nexus.Acme.Renewal;

/// <summary>A certificate's name in renewal information: key identifier of its issuer, a dot, serial number (RFC 9773 §4.1).</summary>
public readonly record struct CertificateId
{
    private const int MaxLength = 200;

    private readonly string _text;

    private CertificateId(string text) => _text = text;

    /// <summary>The name of a certificate; null when it does not name its issuer's key.</summary>
    public static CertificateId? TryOf(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        try
        {
            var issuer = certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault();
            if (issuer?.KeyIdentifier is not { } identifier) return null;
            ReadOnlySpan<byte> serial = certificate.SerialNumberBytes.Span;
            // As DER has it: a number that would look negative begins with a zero.
            byte[] der = serial.Length > 0 && serial[0] >= 0x80 ? [0, .. serial] : serial.ToArray();
            return new($"{Base64UrlText.Encode(identifier.Span)}.{Base64UrlText.Encode(der)}");
        }
        catch (CryptographicException)
        {
            return null; // an extension that is no DER
        }
    }

    /// <summary>Reads a stored name.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out CertificateId id)
    {
        id = default;
        if (text is null || text.Length > MaxLength || text.Split('.') is not [var issuer, var serial] || !Base64UrlText.IsValid(issuer) || !Base64UrlText.IsValid(serial)) return false;
        id = new(text);
        return true;
    }

    /// <summary>As it stands in an address and in an order.</summary>
    public override string ToString() => _text ?? "";
}
