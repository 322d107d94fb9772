using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Nexus.Identities;

namespace Nexus.Certs.Joining;

/// <summary>Certs' own identity: it asks nobody.</summary>
internal sealed class OwnIssuer(ServiceAuthority authority) : IIdentityIssuer
{
    public async Task<Identity> IssueAsync(Identity? current, CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = await authority.IssueAsync(ServiceRole.Certs, new PublicKey(key), cancellationToken);
        return Identity.Of(certificate, key, X509CertificateLoader.LoadCertificate((await authority.GetRootAsync(cancellationToken)).RawData));
    }
}
