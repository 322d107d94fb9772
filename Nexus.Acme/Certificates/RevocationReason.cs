namespace Nexus.Acme.Certificates;

/// <summary>Why a certificate is revoked: the codes of RFC 5280 §5.3.1 that an owner may give.</summary>
public enum RevocationReason
{
    /// <summary>No reason given.</summary>
    Unspecified = 0,

    /// <summary>Somebody else may have the private key.</summary>
    KeyCompromise = 1,

    /// <summary>The owner's name or standing has changed.</summary>
    AffiliationChanged = 3,

    /// <summary>Another certificate has taken its place.</summary>
    Superseded = 4,

    /// <summary>The name is not served any more.</summary>
    CessationOfOperation = 5,
}
