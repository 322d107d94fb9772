using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Nexus.Acme.Certificates;
using Nexus.Acme.Signing;

namespace Nexus.Certs.Public;

/// <summary>What the original left in its folder (spec/node.md §10): read, never changed. What cannot be used is told and passed over.</summary>
internal sealed class OriginalCache(string folder, string host, TimeProvider time, ILogger logger)
{
    private const string AccountFile = "acme_account+key";
    private const int MaxFileBytes = 1 << 20;

    /// <summary>The account's key; null when there is none. The caller's to dispose.</summary>
    public SigningKey? ReadAccount() => Read(AccountFile, SigningKey.FromPem);

    /// <summary>The certificate that lives, the one with an ECDSA key first; null when there is none.</summary>
    public IssuedCertificate? ReadCertificate() => Read(host, Parse) ?? Read($"{host}+rsa", Parse);

    private T? Read<T>(string name, Func<string, T> parse) where T : class
    {
        var path = Path.Combine(folder, name);
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists) return null;
            if (file.Length > MaxFileBytes) throw new InvalidDataException($"it is larger than {MaxFileBytes} bytes");
            var found = parse(File.ReadAllText(path));
            PublicLog.TakenOver(logger, path);
            return found;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or CryptographicException or ArgumentException)
        {
            PublicLog.NotTakenOver(logger, path, e.Message);
            return null;
        }
    }

    // The key, then the certificate, then its intermediates.
    private IssuedCertificate Parse(string pem)
    {
        X509Certificate2Collection chain = [];
        chain.ImportFromPem(pem);
        try
        {
            if (chain.Count == 0) throw new InvalidDataException("it holds no certificate");
            using var leaf = X509Certificate2.CreateFromPem(pem, pem); // the key is the certificate's
            using AsymmetricAlgorithm? key = leaf.GetECDsaPrivateKey() ?? (AsymmetricAlgorithm?)leaf.GetRSAPrivateKey();
            var found = IssuedCertificate.TryRead(
                string.Concat(chain.Select(certificate => certificate.ExportCertificatePem() + "\n")), key?.ExportPkcs8PrivateKeyPem() ?? "")
                ?? throw new InvalidDataException("its key and its certificates cannot be used");
            if (found.NotAfter <= time.GetUtcNow()) throw new InvalidDataException($"its certificate expired at {found.NotAfter:u}");
            return found.Names.Contains(host) ? found : throw new InvalidDataException($"its certificate is not for {host}");
        }
        finally
        {
            foreach (var certificate in chain) certificate.Dispose();
        }
    }
}
