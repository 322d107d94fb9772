namespace Nexus.Acme.Orders;

/// <summary>RFC 8555 §7.1.6.</summary>
public enum OrderStatus
{
    /// <summary>The names' proofs are awaited.</summary>
    Pending,

    /// <summary>All names are proved: it may be finalised.</summary>
    Ready,

    /// <summary>The certificate is being made.</summary>
    Processing,

    /// <summary>The certificate can be downloaded.</summary>
    Valid,

    /// <summary>It failed or ran out, for good.</summary>
    Invalid,
}
