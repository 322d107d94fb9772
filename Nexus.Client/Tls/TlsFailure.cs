namespace Nexus.Client.Tls;

/// <summary>Why a user's TLS did not come about, or broke.</summary>
internal enum TlsFailure
{
    /// <summary>The first bytes are no TLS.</summary>
    NotTls,

    /// <summary>The user left before the handshake was finished.</summary>
    UserLeft,

    /// <summary>The handshake was not finished in time.</summary>
    TooLate,

    /// <summary>The two sides have no version or cipher in common, the user does not accept the certificate, or what it sent is damaged.</summary>
    HandshakeFailed,

    /// <summary>There is no certificate for the name yet.</summary>
    NoCertificate,

    /// <summary>An authority asked for a proof, and none is under way.</summary>
    NoProof,

    /// <summary>Too many handshakes are under way.</summary>
    TooMany,

    /// <summary>After the handshake: the user's bytes were damaged, or end within a record.</summary>
    Broken,
}
