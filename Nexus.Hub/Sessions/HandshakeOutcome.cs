namespace Nexus.Hub.Sessions;

/// <summary>How a backend's handshake ended. Every handshake has exactly one.</summary>
internal enum HandshakeOutcome
{
    Accepted,

    /// <summary>No first token in time.</summary>
    FirstTokenTimeout,

    /// <summary>A binary message in its place.</summary>
    FirstTokenNotText,

    /// <summary>Not genuine, not in force, or it claims what it may not.</summary>
    FirstTokenRefused,

    /// <summary>No second token in time.</summary>
    SecondTokenTimeout,

    /// <summary>A binary message in its place.</summary>
    SecondTokenNotText,

    /// <summary>Not genuine, not in force, or not the answer to the challenge.</summary>
    SecondTokenRefused,

    /// <summary>The token claims more routes than one session may have.</summary>
    TooManyRoutes,

    /// <summary>Another owner serves one of the claimed names or ports.</summary>
    NameTaken,

    /// <summary>Too many handshakes from the same address have failed lately.</summary>
    Throttled,

    /// <summary>The hub has as many sessions as it may.</summary>
    HubFull,

    /// <summary>The hub stops.</summary>
    Draining,

    /// <summary>The backend closed or vanished before the end.</summary>
    PeerLeft,

    /// <summary>The backend broke RFC 6455, or sent a message above the limit.</summary>
    ProtocolError,
}
