namespace Nexus.Contracts.Carriers;

/// <summary>Why a target did not take a stream. After each of them another target may be tried with the same bytes.</summary>
public enum OpenRefusal
{
    /// <summary>It was not refused.</summary>
    None,

    /// <summary>The target has no live backend for the key.</summary>
    NotFound,

    /// <summary>The target is at a limit.</summary>
    ResourceExhausted,

    /// <summary>The target is draining, or the backend's session ended.</summary>
    Unavailable,

    /// <summary>There was no answer from the target: no connection, or it was lost.</summary>
    Unreachable,

    /// <summary>The target did not answer in time.</summary>
    Timeout,

    /// <summary>The target answered with something that the contract does not have: another version, or no hub at all.</summary>
    Rejected,
}
