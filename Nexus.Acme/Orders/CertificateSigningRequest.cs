using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Nexus.Acme.Orders;

/// <summary>Makes PKCS#10 requests: the names as subject alternative names, an empty subject (RFC 8555 §7.4).</summary>
internal static class CertificateSigningRequest
{
    public static byte[] Create(IReadOnlyList<AcmeIdentifier> identifiers, ECDsa key)
    {
        var request = new CertificateRequest(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(SubjectNames(identifiers));
        return request.CreateSigningRequest();
    }

    public static X509Extension SubjectNames(IReadOnlyList<AcmeIdentifier> identifiers, bool isCritical = false)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var identifier in identifiers)
        {
            if (identifier.IsAddress) names.AddIpAddress(IPAddress.Parse(identifier.Value));
            else names.AddDnsName(identifier.Value);
        }

        return names.Build(isCritical);
    }
}
