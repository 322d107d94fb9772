using Nexus.Acme.Challenges;

namespace Nexus.Client.Tls;

/// <summary>The ways of proof by their names in the options, in the order of preference.</summary>
internal static class ProofKinds
{
    private static readonly ChallengeKind[] s_usual = [ChallengeKind.TlsAlpn01, ChallengeKind.Http01];

    public static ChallengeKind? Find(string name) => name.Trim() switch
    {
        "tls-alpn-01" => ChallengeKind.TlsAlpn01,
        "http-01" => ChallengeKind.Http01,
        _ => null,
    };

    public static IReadOnlyList<ChallengeKind> Of(NexusTlsOptions options)
    {
        ChallengeKind[] kinds = [.. options.Challenges.Select(Find).OfType<ChallengeKind>().Distinct()];
        return kinds.Length > 0 ? kinds : s_usual;
    }
}
