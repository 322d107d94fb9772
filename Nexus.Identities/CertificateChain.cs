using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Nexus.Identities;

/// <summary>What every certificate of the other side is looked at for, whoever it is.</summary>
internal static class CertificateChain
{
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1"; // RFC 5280 §4.2.1.12
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private const int MaxReasons = 3;

    /// <summary>Why it does not lead to a trusted root, or is not valid; null when it does, and is.</summary>
    /// <param name="leaf">What the other side has shown.</param>
    /// <param name="sent">Intermediates that came with it.</param>
    /// <param name="roots">Nothing else is trusted; none: the roots of the system.</param>
    /// <param name="usage">What it is shown for.</param>
    /// <param name="now">When.</param>
    public static string? FindFault(X509Certificate2 leaf, IEnumerable<X509Certificate2> sent, X509Certificate2Collection roots, string usage, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.VerificationTime = now.UtcDateTime;
        policy.VerificationTimeIgnored = false;
        policy.DisableCertificateDownloads = true; // a stranger's certificate makes us fetch nothing
        policy.ApplicationPolicy.Add(new Oid(usage));
        foreach (var certificate in sent) policy.ExtraStore.Add(certificate);
        if (roots.Count > 0)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }

        var isTrusted = chain.Build(leaf);
        foreach (var element in chain.ChainElements) element.Certificate.Dispose();
        return isTrusted ? null : string.Join(" ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct().Take(MaxReasons));
    }

    /// <summary>The DNS names that it is for; a subject's common name counts for nothing.</summary>
    public static List<string> DnsNamesOf(X509Certificate2 certificate)
    {
        try
        {
            return [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames())];
        }
        catch (CryptographicException)
        {
            return []; // not even readable
        }
    }
}
