using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Nexus.Acme.Tests.Scripted;

/// <summary>Issues what a request asks for.</summary>
internal sealed class ScriptedCa : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;

    public ScriptedCa(string name)
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(60));
    }

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public TimeSpan Validity { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Valid from now; the chain as PEM.</summary>
    public string Issue(byte[] certificateRequest, bool withRoot = true)
    {
        var asked = CertificateRequest.LoadSigningRequest(certificateRequest, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        Assert.Empty(asked.SubjectName.Name);
        var request = new CertificateRequest(asked.SubjectName, asked.PublicKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(Assert.Single(asked.CertificateExtensions));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_root, true, false));
        var now = Time.GetUtcNow();
        using var leaf = request.Create(_root.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), now, now + Validity, [0x00, 0x87, .. RandomNumberGenerator.GetBytes(14)]);
        return leaf.ExportCertificatePem() + "\n" + (withRoot ? _root.ExportCertificatePem() + "\n" : "");
    }

    public void Dispose()
    {
        _root.Dispose();
        _key.Dispose();
    }
}
