namespace Nexus.Hub.Outbound;

internal static class OutboundRefusals
{
    /// <summary>What the backend is told. Fixed texts: nothing of the target, the token or the network is in them.</summary>
    public static string ToReason(this OutboundRefusal refusal) => refusal switch
    {
        OutboundRefusal.Disabled => "outbound connections are switched off here",
        OutboundRefusal.NotAllowed => "the token does not allow outbound connections",
        OutboundRefusal.Draining => "the hub is stopping",
        OutboundRefusal.TargetTooLong => "the target is too long",
        OutboundRefusal.ControlCharacters => "the target contains control characters",
        OutboundRefusal.InvalidTarget => "the target is not host:port",
        OutboundRefusal.InvalidPort => "the port is not a number from 1 to 65535",
        OutboundRefusal.PortNotAllowedHere => "the hub does not dial this port",
        OutboundRefusal.PortNotClaimed => "the token does not list this port",
        OutboundRefusal.LimitReached => "too many outbound connections",
        OutboundRefusal.MissingId => "client_id is missing",
        OutboundRefusal.DuplicateId => "client_id is in use",
        OutboundRefusal.NotResolved => "the name cannot be resolved",
        OutboundRefusal.DestinationDenied => "the hub does not dial this destination",
        OutboundRefusal.DialFailed => "the target does not answer",
        OutboundRefusal.TimedOut => "the dial took too long",
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "This one is not told."),
    };
}
