namespace Nexus.Hub.Sessions;

/// <summary>Why a session ended. Every end has exactly one.</summary>
internal enum SessionEnd
{
    /// <summary>The backend sent a close frame.</summary>
    PeerClosed,

    /// <summary>The transport ended or failed without one.</summary>
    PeerVanished,

    /// <summary>The backend broke RFC 6455.</summary>
    ProtocolError,

    /// <summary>A message above 32 785 bytes.</summary>
    MessageTooBig,

    /// <summary>Neither a message nor a pong for the read deadline.</summary>
    Silent,

    /// <summary>Nothing at all came from the backend, not even a ping, although it was asked: it is stopped or cut off.</summary>
    Frozen,

    /// <summary>Asked for a sign of life because users waited or a new session took the same routes, and gave none.</summary>
    ProbeUnanswered,

    /// <summary>One write took longer than its deadline.</summary>
    WriteTimeout,

    /// <summary>The backend asks for more answers than it reads.</summary>
    ControlOverflow,

    /// <summary>No token within the grace of a re-authentication.</summary>
    ReauthenticationTimeout,

    /// <summary>The token of a re-authentication was refused.</summary>
    ReauthenticationRefused,

    /// <summary>The hub stops.</summary>
    Drained,

    /// <summary>A bug: the exception is in the log.</summary>
    Fault,
}
