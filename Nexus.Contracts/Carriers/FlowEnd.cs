namespace Nexus.Contracts.Carriers;

/// <summary>Why a UDP flow ended, as the two sides of `Streams.Datagrams` tell each other; the numbers are streams.proto's.</summary>
public enum FlowEnd
{
    /// <summary>A number that this version does not know.</summary>
    Unknown = 0,

    /// <summary>Nothing was heard for the flow's idle time.</summary>
    Idle = 1,

    /// <summary>The caller's table was full, and this flow the least worth keeping.</summary>
    Evicted = 2,

    /// <summary>The side that says so stops.</summary>
    Stopping = 3,

    /// <summary>The backend ended it.</summary>
    BackendEnded = 4,

    /// <summary>The backend's session ended.</summary>
    SessionLost = 5,

    /// <summary>Not taken: no backend serves the port.</summary>
    NoBackend = 6,

    /// <summary>Not taken: every backend of the port is at a limit.</summary>
    Full = 7,

    /// <summary>Not taken: the request to open it is none.</summary>
    Invalid = 8,
}
