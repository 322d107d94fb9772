using System.Security.Cryptography.X509Certificates;

namespace Nexus.Acme.Certificates;

/// <summary>Makes a certificate's key one that TLS can use.</summary>
public static class UsableCertificate
{
    /// <summary>The certificate, or another one in its place: it is taken over. Windows' TLS cannot use a key that was only ever in memory.</summary>
    public static X509Certificate2 Of(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows()) return certificate;
        using (certificate) return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
