namespace Nexus.Mesh.Peering.Tunnels;

/// <summary>Why a user's tunnel ended, or was not opened. Every end has exactly one.</summary>
internal enum TunnelEnd
{
    /// <summary>The backend ended it, and everything was delivered.</summary>
    Completed,

    /// <summary>The other region's service could not be reached, and nothing had come for the user.</summary>
    DialFailed,

    /// <summary>Our own side broke: at the origin the user's, at the destination the hub's.</summary>
    LocalReset,

    /// <summary>The other side broke.</summary>
    PeerReset,

    /// <summary>The link to the peer was lost.</summary>
    LinkLost,

    /// <summary>No byte in either direction for the idle limit.</summary>
    Idle,

    /// <summary>One side had sent its FIN and the other was silent for the limit on half-closed tunnels.</summary>
    HalfClosedIdle,

    /// <summary>The user, or the hub, took nothing of what waited for it for the limit.</summary>
    Stalled,

    /// <summary>The peer sent more than it had credit for.</summary>
    CreditOverrun,

    /// <summary>Too much waited here for those who read slowly, and most of it for this one.</summary>
    MemoryLimit,

    /// <summary>Not opened: nobody serves the name there any more.</summary>
    NoBackend,

    /// <summary>Not opened: a limit is reached there, or on the link.</summary>
    Full,

    /// <summary>Not opened: the other node, or this one, is about to stop.</summary>
    Draining,

    /// <summary>Not opened: the other node did not answer in time.</summary>
    Unanswered,

    /// <summary>Not opened: the user left meanwhile.</summary>
    UserLeft,

    /// <summary>A bug: the exception is in the log.</summary>
    Fault,
}
