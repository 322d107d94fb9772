namespace Nexus.Hub.Sessions;

/// <summary>Why a user stream was not taken.</summary>
internal enum StreamRefusal
{
    /// <summary>The first request is not a valid open request.</summary>
    InvalidOpen,

    /// <summary>Datagrams are not carried here: they have a call of their own.</summary>
    UnsupportedTransport,

    /// <summary>No backend serves the key.</summary>
    NoBackend,

    /// <summary>Every backend of the key is at its limit.</summary>
    BackendsFull,

    /// <summary>The hub stops.</summary>
    Draining,
}
