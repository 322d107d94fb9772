using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Nexus.Identities;

namespace Nexus.Certs.Joining;

/// <summary>Certs' own identity: it asks nobody.</summary>
internal sealed class OwnIssuer(ServiceAuthority authority) : IIdentityIssuer
{
    public Task<Identity> IssueAsync(Identity? current, CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = authority.Issue(ServiceRole.Certs, new PublicKey(key));
        return Task.FromResult(Identity.Of(certificate, key, X509CertificateLoader.LoadCertificate(authority.Root.RawData)));
    }
}
