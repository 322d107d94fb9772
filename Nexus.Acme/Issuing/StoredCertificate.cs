using System.Text;
using Nexus.Acme.Certificates;
using Nexus.Acme.Problems;

namespace Nexus.Acme.Issuing;

/// <summary>Reads certificates back from the store.</summary>
internal static class StoredCertificate
{
    /// <summary>Null when it cannot be read.</summary>
    public static IssuedCertificate? TryRead(CertificateDocument document, IssueTarget target)
    {
        try
        {
            return IssuedCertificate.TryCreate(CertificateChain.Parse(Encoding.ASCII.GetBytes(document.Chain)), document.PrivateKey, target.Identifiers);
        }
        catch (AcmeException)
        {
            return null;
        }
    }
}
