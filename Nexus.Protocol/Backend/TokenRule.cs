namespace Nexus.Protocol.Backend;

/// <summary>The rule that a signed token breaks.</summary>
public enum TokenRule
{
    /// <summary>None.</summary>
    None,

    /// <summary><c>iss</c> must be <see cref="BackendTokenRules.Issuer"/>.</summary>
    Issuer,

    /// <summary><c>aud</c> must contain <see cref="BackendTokenRules.Audience"/>.</summary>
    Audience,

    /// <summary>Now must be strictly before <c>exp</c>, if there is one.</summary>
    Expired,

    /// <summary>Now must not be before <c>nbf</c>, if there is one.</summary>
    NotYetValid,

    /// <summary>There is no <c>exp</c>, and this hub wants one.</summary>
    ExpiryMissing,

    /// <summary>From <c>iat</c>, or from now, to <c>exp</c> is longer than this hub allows.</summary>
    LifetimeTooLong,
}
