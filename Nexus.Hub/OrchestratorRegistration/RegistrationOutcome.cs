namespace Nexus.Hub.OrchestratorRegistration;

/// <summary>How one attempt ended. Every one has exactly one.</summary>
internal enum RegistrationOutcome
{
    /// <summary>200 with an interval: the hub is registered until the next heartbeat.</summary>
    Registered,

    /// <summary>400 or 401: the hub will never be registered as it is, so it stops asking.</summary>
    Refused,

    /// <summary>429.</summary>
    Throttled,

    /// <summary>Any other status.</summary>
    UnexpectedStatus,

    /// <summary>200 with a body that is not what it should be.</summary>
    InvalidAnswer,

    /// <summary>No connection, no TLS, or it broke.</summary>
    Unreachable,

    /// <summary>No whole answer in time.</summary>
    TimedOut,
}
