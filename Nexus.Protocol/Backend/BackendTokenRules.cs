namespace Nexus.Protocol.Backend;

/// <summary>Checks that apply to locally validated tokens of every stage. There is no leeway for clocks.</summary>
public static class BackendTokenRules
{
    /// <summary>The required <c>iss</c>.</summary>
    public const string Issuer = "authorizer";

    /// <summary>What <c>aud</c> must contain.</summary>
    public const string Audience = "nexus";

    /// <summary>The first rule that the claims break, or <see cref="TokenRule.None"/>. <c>exp</c> may be absent.</summary>
    public static TokenRule Check(BackendClaims claims, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(claims);
        if (claims.Issuer != Issuer) return TokenRule.Issuer;
        if (!claims.Audience.Contains(Audience, StringComparer.Ordinal)) return TokenRule.Audience;
        if (now >= claims.ExpiresAt) return TokenRule.Expired;
        return now < claims.NotBefore ? TokenRule.NotYetValid : TokenRule.None;
    }
}
