using Nexus.Protocol.Backend;

namespace Nexus.Protocol.Tests.Backend;

internal static class TestClaims
{
    public const string Nonce = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    public static DateTimeOffset Now { get; } = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    public static ClaimPolicy Policy { get; } = new()
    {
        AllowedTcpPorts = new HashSet<int> { 25, 53 },
        AllowedUdpPorts = new HashSet<int> { 53, 54 },
        AllowOutbound = true,
        AllowedOutboundPorts = new HashSet<int> { 25, 465 },
    };

    public static BackendClaims First { get; } = new()
    {
        Hostnames = ["app.test"],
        Weight = 1,
        Issuer = BackendTokenRules.Issuer,
        Audience = [BackendTokenRules.Audience],
        IssuedAt = Now,
        ExpiresAt = Now.AddSeconds(30),
    };

    public static BackendClaims Second { get; } = First with { SessionNonce = Nonce };
}
