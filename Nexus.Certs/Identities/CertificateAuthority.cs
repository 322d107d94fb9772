using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Nexus.Certs.Distribution;
using Nexus.Identities;

namespace Nexus.Certs.Identities;

/// <summary>The internal certificate authority: ECDSA P-256, made once per node, signs short-lived leaves and nothing else.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    /// <summary>Long, because users trust it by hand; it signs for this node's own names only.</summary>
    private const int LifetimeYears = 10;

    /// <summary>Clocks of those who check may be behind ours.</summary>
    private static readonly TimeSpan s_backdate = TimeSpan.FromMinutes(5);

    private readonly X509Certificate2 _certificate;

    private CertificateAuthority(X509Certificate2 certificate) => _certificate = certificate;

    public X509Certificate2 Root => _certificate;

    public string RootPem => _certificate.ExportCertificatePem() + "\n";

    public DateTimeOffset NotAfter => _certificate.NotAfter;

    public static CertificateAuthority Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = $"CN=Nexus internal CA {RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return new CertificateAuthority(request.CreateSelfSigned(now - s_backdate, now.AddYears(LifetimeYears)));
    }

    /// <summary>Reads what <see cref="ToPem"/> wrote.</summary>
    /// <exception cref="CryptographicException">It is not that.</exception>
    public static CertificateAuthority FromPem(string pem)
    {
        var certificate = X509Certificate2.CreateFromPem(pem, pem);
        if (certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority)) return new(certificate);
        certificate.Dispose();
        throw new CryptographicException("The certificate is not one of an authority.");
    }

    /// <summary>The certificate and its private key.</summary>
    public string ToPem()
    {
        using var key = _certificate.GetECDsaPrivateKey() ?? throw new CryptographicException("The authority has no ECDSA key.");
        return RootPem + key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    /// <summary>A certificate with a new key for a server of these names and addresses.</summary>
    public HubCertificate Issue(IReadOnlyList<string> names, DateTimeOffset now, TimeSpan lifetime)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(NameOf("Nexus hub"), key, HashAlgorithmName.SHA256);
        using var leaf = Sign(request, names, [CertificateChain.ServerAuthentication], now, lifetime);
        using var withKey = leaf.CopyWithPrivateKey(key);
        return HubCertificate.Of(withKey, []);
    }

    /// <summary>What a service proves its role with, as a caller and when it is called.</summary>
    public X509Certificate2 IssueIdentity(ServiceRole role, PublicKey key, DateTimeOffset now, TimeSpan lifetime)
    {
        var request = new CertificateRequest(NameOf($"Nexus {role.ToWord()}"), key, HashAlgorithmName.SHA256);
        return Sign(request, [role.ToDnsName()], [CertificateChain.ServerAuthentication, CertificateChain.ClientAuthentication], now, lifetime);
    }

    public void Dispose() => _certificate.Dispose();

    private static X500DistinguishedName NameOf(string name)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(name);
        return subject.Build();
    }

    private X509Certificate2 Sign(CertificateRequest request, IEnumerable<string> names, IEnumerable<string> usages, DateTimeOffset now, TimeSpan lifetime)
    {
        OidCollection allowed = [];
        foreach (var usage in usages) allowed.Add(new Oid(usage));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(allowed, critical: false));
        request.CertificateExtensions.Add(AlternativeNames(names));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        using var signer = _certificate.GetECDsaPrivateKey() ?? throw new CryptographicException("The authority has no ECDSA key.");
        return request.Create(
            _certificate.SubjectName,
            X509SignatureGenerator.CreateForECDsa(signer),
            Max(now - s_backdate, _certificate.NotBefore),
            Min(now + lifetime, _certificate.NotAfter),
            RandomNumberGenerator.GetBytes(16));
    }

    private static X509Extension AlternativeNames(IEnumerable<string> names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address)) builder.AddIpAddress(address);
            else builder.AddDnsName(name);
        }

        return builder.Build();
    }

    private static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Min(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
