namespace Nexus.Protocol.Backend;

/// <summary>Why a token could not be read.</summary>
public enum TokenError
{
    /// <summary>It was read.</summary>
    None,

    /// <summary>Larger than <see cref="BackendToken.MaxSize"/>.</summary>
    TooLarge,

    /// <summary>Not three base64url segments with a JSON header.</summary>
    Malformed,

    /// <summary>An algorithm that is none of ours, or for which no keys are configured.</summary>
    UnsupportedAlgorithm,

    /// <summary>No key made the signature.</summary>
    BadSignature,

    /// <summary>No public key of the type and name that the token asks for.</summary>
    UnknownKey,

    /// <summary>Signed, but a claim has a wrong type or the claims are no JSON object.</summary>
    BadClaims,
}
