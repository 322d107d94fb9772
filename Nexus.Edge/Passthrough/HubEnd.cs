namespace Nexus.Edge.Passthrough;

/// <summary>The hub's words for the end of a stream (`nexus-end`, streams.proto).</summary>
internal static class HubEnd
{
    public const string DialFailed = "dial_failed";

    /// <summary>What a connection that the hub had taken over came to.</summary>
    public static CloseReason ToCloseReason(string word) => word switch
    {
        "backend_ended" or "target_ended" => CloseReason.Completed,
        DialFailed => CloseReason.DialFailed,
        "user_reset" or "user_stalled" => CloseReason.UserReset,
        "idle" or "half_closed_idle" => CloseReason.IdleTimeout,
        _ => CloseReason.BackendReset,
    };
}
