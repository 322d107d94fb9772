using Nexus.Protocol.Backend;

namespace Nexus.Client.Streams;

/// <summary>What an end is called on the wire and in metrics.</summary>
internal static class StreamEnds
{
    /// <summary>The reason told to the hub; null when it is not told (it knows, or is gone).</summary>
    public static string? ToDisconnectReason(this StreamEnd end) => end switch
    {
        StreamEnd.Completed or StreamEnd.Unreachable => DisconnectReason.Normal, // as the original says it (spec/client.md §9)
        StreamEnd.NoRoute or StreamEnd.Rejected or StreamEnd.DialFailed or StreamEnd.TooManyStreams => DisconnectReason.DialFailed,
        StreamEnd.LocalFailed or StreamEnd.TlsFailed => DisconnectReason.LocalError,
        StreamEnd.BufferFull => DisconnectReason.BufferFull,
        StreamEnd.Shutdown => DisconnectReason.Shutdown,
        StreamEnd.DrainTimeout or StreamEnd.Forgotten => DisconnectReason.Timeout,
        StreamEnd.HubEnded or StreamEnd.Replaced or StreamEnd.SessionLost => null,
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, "Unknown end."),
    };

    /// <summary>The value of <c>error.type</c>; null for the ends that are nobody's failure.</summary>
    public static string? ToErrorType(this StreamEnd end) => end switch
    {
        StreamEnd.Completed or StreamEnd.HubEnded => null,
        StreamEnd.NoRoute => "no_route",
        StreamEnd.Rejected => "rejected",
        StreamEnd.DialFailed => "dial_failed",
        StreamEnd.Unreachable => "unreachable",
        StreamEnd.TooManyStreams => "too_many_streams",
        StreamEnd.LocalFailed => "local_failed",
        StreamEnd.TlsFailed => "tls_failed",
        StreamEnd.BufferFull => "buffer_full",
        StreamEnd.Forgotten => "forgotten",
        StreamEnd.Replaced => "replaced",
        StreamEnd.Shutdown => "shutdown",
        StreamEnd.DrainTimeout => "drain_timeout",
        StreamEnd.SessionLost => "session_lost",
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, "Unknown end."),
    };
}
