namespace Nexus.Hub.Sessions;

/// <summary>Why a user's stream ended. Every end has exactly one.</summary>
internal enum StreamEnd
{
    /// <summary>The backend ended it, and the user has got everything.</summary>
    BackendEnded,

    /// <summary>The target of an outbound connection ended it, and each side has got everything.</summary>
    TargetEnded,

    /// <summary>The backend says that its local service could not be reached, and nothing had come for the user.</summary>
    DialFailed,

    /// <summary>The user reset it, or went away while something was still to be delivered.</summary>
    UserReset,

    /// <summary>No byte in either direction for the idle limit.</summary>
    Idle,

    /// <summary>One side had sent its FIN and the other was silent for the limit on half-closed streams.</summary>
    HalfClosedIdle,

    /// <summary>The backend had ended the stream, but the user took nothing of the rest for the limit.</summary>
    UserStalled,

    /// <summary>The backend sent more than it had credit for.</summary>
    CreditOverrun,

    /// <summary>The hub held too much for users who read slowly, and most of it for this one.</summary>
    MemoryLimit,

    /// <summary>The backend's session was lost.</summary>
    SessionLost,

    /// <summary>The hub stops and the stream did not end within the drain limit.</summary>
    Drained,

    /// <summary>A bug: the exception is in the log.</summary>
    Fault,
}
