using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Nexus.Certs.Distribution;

namespace Nexus.Certs.Manual;

/// <summary>Reads a certificate and its key; what is wrong with them is told by the name of the option.</summary>
internal static class PemFiles
{
    private const int MaxFileBytes = 1 << 20;

    /// <summary>The certificate, or why there is none.</summary>
    public static (HubCertificate? Certificate, IReadOnlyList<string> Problems) Read(string? certificateFile, string? keyFile, DateTimeOffset now)
    {
        var problems = new List<string>();
        var chain = ReadText(nameof(ManualOptions.CertificateFile), certificateFile, problems);
        var key = ReadText(nameof(ManualOptions.KeyFile), keyFile, problems);
        if (chain is null || key is null) return (null, problems);

        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(chain);
            if (certificates.Count == 0) problems.Add($"{nameof(ManualOptions.CertificateFile)}: {certificateFile} holds no PEM certificate.");
            else if (certificates[0].NotAfter <= now) problems.Add($"{nameof(ManualOptions.CertificateFile)}: {certificateFile} expired at {certificates[0].NotAfter:u}.");
            CheckKey(key, keyFile, problems);
            return problems.Count > 0 ? (null, problems) : (Join(chain, key, certificates), problems);
        }
        catch (Exception ex) when (ex is CryptographicException or ArgumentException)
        {
            var option = certificates.Count == 0 ? nameof(ManualOptions.CertificateFile) : nameof(ManualOptions.KeyFile);
            return (null, [$"{option}: {(certificates.Count == 0 ? certificateFile : keyFile)} cannot be used: {ex.Message}"]);
        }
        finally
        {
            foreach (var certificate in certificates) certificate.Dispose();
        }
    }

    private static HubCertificate Join(string chain, string key, X509Certificate2Collection certificates)
    {
        // Also checks that the key is the certificate's.
        using var leaf = X509Certificate2.CreateFromPem(chain, key);
        return HubCertificate.Of(leaf, certificates.Skip(1));
    }

    private static string? ReadText(string option, string? path, List<string> problems)
    {
        if (string.IsNullOrEmpty(path))
        {
            problems.Add($"{option}: is missing; certificate and key come together.");
            return null;
        }

        try
        {
            if (new FileInfo(path).Length <= MaxFileBytes) return File.ReadAllText(path);
            problems.Add($"{option}: {path} is larger than {MaxFileBytes} bytes.");
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{option}: {ex.Message}");
        }

        return null;
    }

    private static void CheckKey(string key, string? keyFile, List<string> problems)
    {
        if (key.Contains("ENCRYPTED", StringComparison.Ordinal)) problems.Add($"{nameof(ManualOptions.KeyFile)}: {keyFile} is encrypted.");
        else if (!key.Contains("PRIVATE KEY-----", StringComparison.Ordinal)) problems.Add($"{nameof(ManualOptions.KeyFile)}: {keyFile} holds no PEM private key.");
    }
}
