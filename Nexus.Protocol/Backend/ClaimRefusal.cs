namespace Nexus.Protocol.Backend;

/// <summary>Why the claims of a genuine token are refused, in the order in which they are checked.</summary>
public enum ClaimRefusal
{
    /// <summary>They are not.</summary>
    None,

    /// <summary>Of the names that were given, none is left after normalisation.</summary>
    NoUsableHostname,

    /// <summary>A name contains <c>:</c>, the mark of port claims.</summary>
    ReservedHostname,

    /// <summary>A wildcard that no name can match, such as <c>*.com</c> or <c>a.*.b</c>.</summary>
    BadWildcard,

    /// <summary>A name that no user can ask for: an empty label, white space, or text that has no ASCII form.</summary>
    BadHostname,

    /// <summary>A name is longer than DNS allows.</summary>
    HostnameTooLong,

    /// <summary>A TCP port is not 1 to 65535.</summary>
    BadTcpPort,

    /// <summary>A TCP port may not be claimed here.</summary>
    TcpPortNotAllowed,

    /// <summary>The hub's own limits for UDP idle times contradict each other.</summary>
    UdpLimitsContradict,

    /// <summary>A UDP port is not 1 to 65535.</summary>
    BadUdpPort,

    /// <summary>A UDP port may not be claimed here.</summary>
    UdpPortNotAllowed,

    /// <summary>One UDP port is claimed twice with different idle times.</summary>
    UdpTimeoutsConflict,

    /// <summary>Neither names nor ports are claimed.</summary>
    NothingClaimed,

    /// <summary>This hub lets nobody dial out.</summary>
    OutboundDisabled,

    /// <summary>Outbound ports are claimed without the right to dial out.</summary>
    OutboundPortsWithoutRight,

    /// <summary>An outbound port is not 1 to 65535.</summary>
    BadOutboundPort,

    /// <summary>An outbound port may not be dialled from here.</summary>
    OutboundPortNotAllowed,

    /// <summary>The token's greatest age is given, its time of issue is not.</summary>
    IssueTimeMissing,

    /// <summary>The token is older than it allows itself to be.</summary>
    TooOld,

    /// <summary>The token does not answer the challenge.</summary>
    NonceDiffers,

    /// <summary>Names differ from those of the first token.</summary>
    HostnamesDiffer,

    /// <summary>TCP ports differ from those of the first token.</summary>
    TcpPortsDiffer,

    /// <summary>UDP ports or their idle times differ from those of the first token.</summary>
    UdpRoutesDiffer,

    /// <summary>The right to dial out differs from that of the first token.</summary>
    OutboundDiffers,

    /// <summary>Outbound ports differ from those of the first token.</summary>
    OutboundPortsDiffer,

    /// <summary>The weight differs from that of the first token.</summary>
    WeightDiffers,

    /// <summary>The maintenance cap is negative.</summary>
    NegativeMaintenanceCap,

    /// <summary>The authorizer's status address is not an https URL with a host.</summary>
    BadStatusUri,
}
