namespace Nexus.Acme.Orders;

/// <summary>RFC 8555 §7.1.6.</summary>
public enum ChallengeStatus
{
    /// <summary>The authority waits to be told that the proof is in place.</summary>
    Pending,

    /// <summary>The authority checks the proof.</summary>
    Processing,

    /// <summary>The proof is right.</summary>
    Valid,

    /// <summary>The proof failed.</summary>
    Invalid,
}
