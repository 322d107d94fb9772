using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Nexus.Acme.Certificates;
using Nexus.Acme.Orders;

namespace Nexus.Acme.Challenges;

/// <summary>The self-signed certificate of TLS-ALPN-01, RFC 8737 §3.</summary>
internal static class TlsAlpnCertificate
{
    public const string AcmeIdentifierOid = "1.3.6.1.5.5.7.1.31";

    public static X509Certificate2 Create(ChallengeAnswer answer, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ACME challenge", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(CertificateSigningRequest.SubjectNames([answer.Identifier]));
        // OCTET STRING of 32 bytes, in DER.
        byte[] digest = [0x04, SHA256.HashSizeInBytes, .. SHA256.HashData(Encoding.ASCII.GetBytes(answer.KeyAuthorization))];
        request.CertificateExtensions.Add(new X509Extension(AcmeIdentifierOid, digest, critical: true));
        return UsableCertificate.Of(request.CreateSelfSigned(now.AddHours(-1), now.AddHours(23)));
    }
}
