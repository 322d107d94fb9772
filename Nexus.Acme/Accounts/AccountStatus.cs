namespace Nexus.Acme.Accounts;

/// <summary>RFC 8555 §7.1.6.</summary>
public enum AccountStatus
{
    /// <summary>None of the others.</summary>
    Unknown,

    /// <summary>It may place orders.</summary>
    Valid,

    /// <summary>Its owner gave it up, for good.</summary>
    Deactivated,

    /// <summary>The authority took it away.</summary>
    Revoked,
}
