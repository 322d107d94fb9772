namespace Nexus.Edge.Passthrough;

/// <summary>Why a user connection on a relay port ended. Every end has exactly one.</summary>
internal enum CloseReason
{
    /// <summary>Both sides ended in order and everything was delivered.</summary>
    Completed,

    /// <summary>It had been silent or unfinished for longest when too many were being peeked at.</summary>
    PeekSlotsFull,

    /// <summary>It came from a load balancer without the PROXY header that was due, or with a broken one.</summary>
    BadProxyHeader,

    /// <summary>The user whom a load balancer named has too many connections.</summary>
    ClientLimit,

    /// <summary>The user ended or broke the connection before it had said where to.</summary>
    UserLeft,

    /// <summary>No complete hello or head in time.</summary>
    PeekTimeout,

    /// <summary>The hello or head is over the capture limit.</summary>
    PeekTooLarge,

    /// <summary>Neither TLS nor HTTP/1.</summary>
    NotRecognized,

    /// <summary>A broken hello or head.</summary>
    Malformed,

    /// <summary>TLS without SNI, HTTP without Host.</summary>
    NoName,

    /// <summary>A name that no route can have.</summary>
    BadName,

    /// <summary>Nobody serves the name.</summary>
    UnknownHost,

    /// <summary>Nobody claims the port, and nothing else counts there.</summary>
    UnclaimedPort,

    /// <summary>Somebody serves the name, but no target took the connection.</summary>
    NoTarget,

    /// <summary>A backend took the connection, but its local service could not be reached.</summary>
    DialFailed,

    /// <summary>The user's connection broke while it was relayed.</summary>
    UserReset,

    /// <summary>The backend's side broke while it was relayed.</summary>
    BackendReset,

    /// <summary>Nothing moved for the idle timeout.</summary>
    IdleTimeout,

    /// <summary>It was handed over to a hub, which was lost or stopped, or told nothing of the end.</summary>
    TargetLost,

    /// <summary>It was handed over to a hub, which goes on with it; the service stopped before the connection ended.</summary>
    HandedOver,

    /// <summary>The service stopped before the connection ended.</summary>
    Stopped,

    /// <summary>A bug; the log has the exception.</summary>
    Fault,
}
