using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Nexus.Mesh.Peering.Trust;

/// <summary>
/// Decides whether a certificate is a peer's (spec/node.md §5.1): its chain leads to a trusted root by the intermediates that were sent,
/// it is valid and made for servers, and one of its DNS names is below a trusted suffix. A subject's common name counts for nothing.
/// </summary>
/// <param name="suffixes">For those who dial us, and for addresses that somebody else has told us.</param>
/// <param name="authorities">Pinned roots; none: those of the system.</param>
/// <param name="time">For the validity dates.</param>
internal sealed class PeerCertificateCheck(DomainSuffixes suffixes, X509Certificate2Collection authorities, TimeProvider time)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1"; // RFC 5280 §4.2.1.12

    /// <summary>Why the one who dialled us is not let in; null when it is.</summary>
    public string? FindFault(X509Certificate2? leaf, IEnumerable<X509Certificate2> sent)
    {
        if (leaf is null) return "It shows no certificate.";
        if (FindFaultInChain(leaf, sent) is { } fault) return fault;
        var names = NamesOf(leaf);
        return names.Any(suffixes.Covers) ? null : $"None of its names ({string.Join(", ", names.Take(5))}) is below a trusted domain suffix.";
    }

    /// <summary>Why the one whom we have dialled as <paramref name="host"/> is not it; null when it is.</summary>
    public string? FindFault(X509Certificate2? leaf, IEnumerable<X509Certificate2> sent, string host, bool mustBeCovered)
    {
        if (leaf is null) return "It shows no certificate.";
        if (FindFaultInChain(leaf, sent) is { } fault) return fault;
        if (!leaf.MatchesHostname(host, allowWildcards: true, allowCommonName: false)) return $"Its certificate is not for {host}.";
        return mustBeCovered ? FindFault(leaf, sent) : null;
    }

    private static List<string> NamesOf(X509Certificate2 leaf)
    {
        try
        {
            return [.. leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames())];
        }
        catch (CryptographicException)
        {
            return []; // not even readable
        }
    }

    private string? FindFaultInChain(X509Certificate2 leaf, IEnumerable<X509Certificate2> sent)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.VerificationTime = time.GetUtcNow().UtcDateTime;
        policy.VerificationTimeIgnored = false;
        policy.DisableCertificateDownloads = true; // a stranger's certificate makes us fetch nothing
        policy.ApplicationPolicy.Add(new(ServerAuthentication));
        foreach (var certificate in sent) policy.ExtraStore.Add(certificate);
        if (authorities.Count > 0)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        var isTrusted = chain.Build(leaf);
        foreach (var element in chain.ChainElements) element.Certificate.Dispose();
        return isTrusted ? null : string.Join(" ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct().Take(3));
    }
}
