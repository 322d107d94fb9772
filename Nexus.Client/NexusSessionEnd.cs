namespace Nexus.Client;

/// <summary>Why a session that had been opened ended.</summary>
public enum NexusSessionEnd
{
    /// <summary>This client was stopped.</summary>
    Stopped,

    /// <summary>The hub closed the session with a close frame.</summary>
    ClosedByHub,

    /// <summary>The connection ended without a close frame.</summary>
    ConnectionLost,

    /// <summary>Nothing came from the hub for 10 s, not even an answer to a ping.</summary>
    HubSilent,

    /// <summary>The hub took nothing for 10 s.</summary>
    WriteTimeout,

    /// <summary>The hub broke the protocol, or sent a message that is too large.</summary>
    ProtocolViolation,
}
