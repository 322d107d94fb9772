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

    /// <summary>
    /// What a hub may ask of a token's life beyond <see cref="Check"/>; also of claims that a verifier elsewhere has given. Without
    /// <c>iat</c>, or with a later one, the life counts from now.
    /// </summary>
    /// <param name="claims">Of a genuine token.</param>
    /// <param name="requiresExpiry">Whether there must be an <c>exp</c>.</param>
    /// <param name="maxLifetime">Longest life; it requires an <c>exp</c>. Null: any.</param>
    /// <param name="now">The time of the check.</param>
    public static TokenRule CheckLifetime(BackendClaims claims, bool requiresExpiry, TimeSpan? maxLifetime, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(claims);
        if (!requiresExpiry && maxLifetime is null) return TokenRule.None;
        if (claims.ExpiresAt is not { } expiry) return TokenRule.ExpiryMissing;
        if (now >= expiry) return TokenRule.Expired;
        var from = claims.IssuedAt is { } issued && issued < now ? issued : now;
        return expiry - from > maxLifetime ? TokenRule.LifetimeTooLong : TokenRule.None;
    }
}
