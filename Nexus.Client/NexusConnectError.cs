namespace Nexus.Client;

/// <summary>Why a session could not be opened, or did not last long enough to count as one.</summary>
public enum NexusConnectError
{
    /// <summary>An answer did not come in time.</summary>
    Timeout,

    /// <summary>Nobody listens at the address.</summary>
    ConnectionRefused,

    /// <summary>The name has no address.</summary>
    NameNotResolved,

    /// <summary>The address cannot be reached, or the connection broke while it was being opened.</summary>
    NetworkFailed,

    /// <summary>The proxy refused to open the connection.</summary>
    ProxyRefused,

    /// <summary>TLS failed; most often the hub's certificate is not trusted or is for another name.</summary>
    TlsFailed,

    /// <summary>The answer to the WebSocket upgrade was not "101 Switching Protocols".</summary>
    UpgradeRefused,

    /// <summary>The hub wants fewer attempts (HTTP 429, close 1013).</summary>
    RateLimited,

    /// <summary>The hub does not accept the credentials (HTTP 401 or 403, close 1008).</summary>
    AuthenticationFailed,

    /// <summary>There was no token to show.</summary>
    TokenUnavailable,

    /// <summary>The hub's challenge was not what the protocol says.</summary>
    ChallengeInvalid,

    /// <summary>The connection ended within seconds of the handshake without any message of the hub.</summary>
    RejectedEarly,

    /// <summary>A callback of the application (proxy, certificate check) threw, or this library has a bug: the exception is in the log.</summary>
    Unexpected,
}
