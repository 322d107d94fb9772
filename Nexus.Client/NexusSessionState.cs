namespace Nexus.Client;

/// <summary>What the client is doing about one of its addresses.</summary>
public enum NexusSessionState
{
    /// <summary>Not started, or stopped.</summary>
    Stopped,

    /// <summary>A connection is being opened.</summary>
    Connecting,

    /// <summary>Both tokens have been sent; the hub has not yet shown that it accepts them.</summary>
    Authenticating,

    /// <summary>The session is up: the hub has sent something, or has kept the session for 10 s.</summary>
    Connected,

    /// <summary>Waiting before the next attempt.</summary>
    Waiting,

    /// <summary>The client is being stopped; running streams may finish.</summary>
    Draining,
}
