namespace Nexus.Client;

/// <summary>Where the TLS of users ends who speak it. Users who do not are passed to the target as they are, whatever the mode.</summary>
public enum NexusTlsMode
{
    /// <summary>At the target: it gets the user's bytes untouched, and has a certificate of its own.</summary>
    Passthrough,

    /// <summary>
    /// In this client, with a certificate that it gets from an ACME authority for the host name, and renews. The target gets the bytes
    /// without TLS.
    /// </summary>
    Auto,

    /// <summary>In this client, with a certificate from files. The target gets the bytes without TLS.</summary>
    Files,
}
