namespace Nexus.Acme.Orders;

/// <summary>RFC 8555 §7.1.6.</summary>
public enum AuthorizationStatus
{
    /// <summary>A proof is awaited.</summary>
    Pending,

    /// <summary>The name is proved.</summary>
    Valid,

    /// <summary>A proof failed, or it ran out, was given up or taken away.</summary>
    Invalid,
}
