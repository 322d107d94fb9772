using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Nexus.Testing;

/// <summary>A throw-away certificate authority (ECDSA P-256) and the certificates it gives out.</summary>
public sealed class TestCertificates : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2 _root;
    private readonly TimeProvider _time;

    public TestCertificates(string name = "Test CA", TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = _time.GetUtcNow();
        _root = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(10));
    }

    /// <summary>The authority's certificate, without its key.</summary>
    public X509Certificate2 Root => X509CertificateLoader.LoadCertificate(_root.RawData);

    public string RootPem => _root.ExportCertificatePem();

    /// <summary>A certificate with its key for these DNS names and IP addresses, valid from an hour ago for a day unless told otherwise.</summary>
    public X509Certificate2 Issue(IReadOnlyList<string> names, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        var subjects = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address)) subjects.AddIpAddress(address);
            else subjects.AddDnsName(name);
        }

        request.CertificateExtensions.Add(subjects.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication), new Oid(ClientAuthentication)], false));
        var now = _time.GetUtcNow();
        using var leaf = request.Create(_root, notBefore ?? now.AddHours(-1), notAfter ?? now.AddDays(1), RandomNumberGenerator.GetBytes(16));
        return leaf.CopyWithPrivateKey(key);
    }

    public X509Certificate2 Issue(params string[] names) => Issue(names, null, null);

    /// <summary>As <see cref="Issue(string[])"/>, but as PEM text.</summary>
    public TestCertificatePem IssuePem(params string[] names)
    {
        using var certificate = Issue(names, null, null);
        return TestCertificatePem.Of(certificate);
    }

    /// <summary>Accepts a certificate that this authority issued for the name asked for, and nothing else.</summary>
    public RemoteCertificateValidationCallback Validation => (_, certificate, _, errors) => IsTrusted(certificate, errors);

    public void Dispose() => _root.Dispose();

    private bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None) return false;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.Add(Root);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.VerificationTime = _time.GetUtcNow().UtcDateTime;
        using var peer = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return own.Build(peer);
    }
}
