namespace Nexus.Acme.Challenges;

/// <summary>The names of the ways of proof on the wire.</summary>
internal static class ChallengeKinds
{
    public static ChallengeKind? Find(string? type) => type switch
    {
        "http-01" => ChallengeKind.Http01,
        "tls-alpn-01" => ChallengeKind.TlsAlpn01,
        _ => null,
    };
}
