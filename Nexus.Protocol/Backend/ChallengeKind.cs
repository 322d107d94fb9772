namespace Nexus.Protocol.Backend;

/// <summary>Why the hub asks for a token.</summary>
public enum ChallengeKind
{
    /// <summary>Second step of the handshake.</summary>
    Handshake,

    /// <summary>The session has lived for its re-authentication interval.</summary>
    Reauthentication,
}
