namespace Nexus.Client;

/// <summary>
/// Whether a local TCP target is told who the user is, by a PROXY header in front of the user's bytes. The target must expect
/// one (<c>accept-proxy</c>, <c>proxy_protocol</c>).
/// </summary>
public enum NexusProxyProtocol
{
    /// <summary>No header: the target sees this machine as its peer.</summary>
    None,

    /// <summary>The text form: addresses and ports only.</summary>
    V1,

    /// <summary>
    /// The binary form: besides the addresses the host name (AUTHORITY), the stream's id (UNIQUE_ID) and, of users that speak TLS,
    /// the application protocol that they offer first (ALPN).
    /// </summary>
    V2,
}
