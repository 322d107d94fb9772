using System.Security.Cryptography.X509Certificates;
using Nexus.Identities;

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
    /// <summary>Why the one who dialled us is not let in; null when it is.</summary>
    public string? FindFault(X509Certificate2? leaf, IEnumerable<X509Certificate2> sent)
    {
        if (leaf is null) return "It shows no certificate.";
        if (FindFaultInChain(leaf, sent) is { } fault) return fault;
        var names = CertificateChain.DnsNamesOf(leaf);
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

    private string? FindFaultInChain(X509Certificate2 leaf, IEnumerable<X509Certificate2> sent) =>
        CertificateChain.FindFault(leaf, sent, authorities, CertificateChain.ServerAuthentication, time.GetUtcNow());
}
