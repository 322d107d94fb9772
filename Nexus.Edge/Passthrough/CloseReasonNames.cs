using System.ComponentModel;

namespace Nexus.Edge.Passthrough;

internal static class CloseReasonNames
{
    /// <summary>The value of the tag <c>error.type</c>; null for an orderly end.</summary>
    public static string? ToErrorType(this CloseReason reason) => reason switch
    {
        CloseReason.Completed => null,
        CloseReason.PeekSlotsFull => "peek_slots_full",
        CloseReason.BadProxyHeader => "bad_proxy_header",
        CloseReason.ClientLimit => "client_limit",
        CloseReason.UserLeft => "user_left",
        CloseReason.PeekTimeout => "peek_timeout",
        CloseReason.PeekTooLarge => "peek_too_large",
        CloseReason.NotRecognized => "not_recognized",
        CloseReason.Malformed => "malformed",
        CloseReason.NoName => "no_name",
        CloseReason.BadName => "bad_name",
        CloseReason.UnknownHost => "unknown_host",
        CloseReason.UnclaimedPort => "unclaimed_port",
        CloseReason.NoTarget => "no_target",
        CloseReason.DialFailed => "dial_failed",
        CloseReason.UserReset => "user_reset",
        CloseReason.BackendReset => "backend_reset",
        CloseReason.IdleTimeout => "idle_timeout",
        CloseReason.TargetLost => "target_lost",
        CloseReason.HandedOver => "handed_over",
        CloseReason.Stopped => "stopped",
        CloseReason.Fault => "fault",
        _ => throw new InvalidEnumArgumentException(nameof(reason), (int)reason, typeof(CloseReason)),
    };
}
