namespace Nexus.Client;

/// <summary>What happened.</summary>
public enum NexusClientEventKind
{
    /// <summary>A session is up: the hub has sent something, or has kept the session for 10 s.</summary>
    Connected,

    /// <summary>A session ended.</summary>
    Disconnected,

    /// <summary>An attempt to open a session failed.</summary>
    AttemptFailed,

    /// <summary>The hub announced a user; the local side is being dialled.</summary>
    StreamOpened,

    /// <summary>A user's stream ended.</summary>
    StreamClosed,

    /// <summary>The hub asked for a new token.</summary>
    ReauthStarted,

    /// <summary>The new token was sent; the hub does not say whether it accepts it.</summary>
    ReauthAnswered,

    /// <summary>The state of a host name's certificate is another one: it was obtained, renewed or lost, or an attempt began or failed.</summary>
    CertificateChanged,
}
