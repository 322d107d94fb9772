using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Nexus.Testing;

/// <summary>A certificate and its PKCS#8 key as PEM text.</summary>
public sealed record TestCertificatePem(string Certificate, string PrivateKey)
{
    public static TestCertificatePem Of(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey() ?? throw new CryptographicException("The certificate has no ECDSA key.");
        return new(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Writes both files, each whole at once, and returns their paths.</summary>
    public (string CertificateFile, string KeyFile) WriteTo(string folder, string name = "test")
    {
        var certificateFile = Path.Combine(folder, name + ".pem");
        var keyFile = Path.Combine(folder, name + ".key");
        Replace(certificateFile, Certificate + "\n");
        Replace(keyFile, PrivateKey + "\n");
        return (certificateFile, keyFile);
    }

    private static void Replace(string path, string text)
    {
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }
}
