using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Nexus.Mesh.Tests.Peering.Fakes;

/// <summary>An authority with an intermediate, as nodes' certificates come from one: made for servers only.</summary>
internal sealed class PeerPki : IDisposable
{
    public const string Server = "1.3.6.1.5.5.7.3.1";
    public const string Client = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _between;
    private readonly TemporaryFolder _folder = new();

    public PeerPki()
    {
        _root = Sign("Peers' root", null, isAuthority: true, [], []);
        _between = Sign("Peers' intermediate", _root, isAuthority: true, [], []);
        RootFile = _folder.PathOf("root.pem");
        File.WriteAllText(RootFile, _root.ExportCertificatePem());
    }

    public string RootFile { get; }

    /// <summary>Without its key, as it is sent.</summary>
    public X509Certificate2 Intermediate => X509CertificateLoader.LoadCertificate(_between.RawData);

    /// <summary>From the root itself.</summary>
    public X509Certificate2 Issue(params string[] names) => Sign(names[0], _root, isAuthority: false, names, [Server]);

    /// <summary>With these purposes.</summary>
    public X509Certificate2 IssueFor(string purpose, params string[] names) => Sign(names[0], _root, isAuthority: false, names, [purpose]);

    /// <summary>From the intermediate.</summary>
    public X509Certificate2 IssueDeep(params string[] names) => Sign(names[0], _between, isAuthority: false, names, [Server]);

    public void Dispose()
    {
        _root.Dispose();
        _between.Dispose();
        _folder.Dispose();
    }

    private static X509Certificate2 Sign(string name, X509Certificate2? issuer, bool isAuthority, string[] names, string[] purposes)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(isAuthority ? X509KeyUsageFlags.KeyCertSign : X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (purposes.Length > 0) request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. purposes.Select(purpose => new Oid(purpose))], false));
        if (names.Length > 0)
        {
            var subjects = new SubjectAlternativeNameBuilder();
            foreach (var dns in names) subjects.AddDnsName(dns);
            request.CertificateExtensions.Add(subjects.Build());
        }

        var now = DateTimeOffset.UtcNow;
        if (issuer is null) return request.CreateSelfSigned(now.AddDays(-2), now.AddYears(5));
        using var certificate = request.Create(issuer, now.AddDays(-1), now.AddDays(isAuthority ? 60 : 30), RandomNumberGenerator.GetBytes(12));
        return certificate.CopyWithPrivateKey(key);
    }
}
