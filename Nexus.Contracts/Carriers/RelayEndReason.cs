namespace Nexus.Contracts.Carriers;

/// <summary>Why a relay ended.</summary>
public enum RelayEndReason
{
    /// <summary>Both sides ended in order and everything was delivered.</summary>
    Completed,

    /// <summary>A side broke: reset, aborted, or its transport failed.</summary>
    Reset,

    /// <summary>No byte passed for too long.</summary>
    IdleTimeout,

    /// <summary>The relay was told to stop.</summary>
    Cancelled,
}
