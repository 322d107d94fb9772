namespace Nexus.Hub.Outbound;

/// <summary>Why a backend did not get a connection. The request is checked in this order (spec/node.md §6), then dialled.</summary>
internal enum OutboundRefusal
{
    /// <summary>This hub dials for nobody.</summary>
    Disabled,

    /// <summary>The backend's token does not carry the right.</summary>
    NotAllowed,

    /// <summary>The hub stops.</summary>
    Draining,

    /// <summary>More than <see cref="OutboundTarget.MaxBytes"/>.</summary>
    TargetTooLong,

    ControlCharacters,

    /// <summary>Not host:port.</summary>
    InvalidTarget,

    /// <summary>Not a decimal number from 1 to 65535.</summary>
    InvalidPort,

    /// <summary>The port is not in the hub's list.</summary>
    PortNotAllowedHere,

    /// <summary>The port is not in the token's list.</summary>
    PortNotClaimed,

    /// <summary>The backend has as many connections, those being dialled included, as it may have.</summary>
    LimitReached,

    /// <summary>The request has no id.</summary>
    MissingId,

    /// <summary>The id belongs to a stream that lives.</summary>
    DuplicateId,

    /// <summary>The name has no address, or could not be looked up.</summary>
    NotResolved,

    /// <summary>None of the target's addresses may be dialled.</summary>
    DestinationDenied,

    /// <summary>None of the addresses answered.</summary>
    DialFailed,

    /// <summary>No connection within the time for it.</summary>
    TimedOut,

    /// <summary>The backend took the request back, or left. Not answered.</summary>
    Cancelled,
}
