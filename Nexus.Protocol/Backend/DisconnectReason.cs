namespace Nexus.Protocol.Backend;

/// <summary>The texts of the field <c>reason</c>. Receivers treat others as opaque, and act the same on all of them.</summary>
public static class DisconnectReason
{
    /// <summary>The local side closed.</summary>
    public const string Normal = "normal";

    /// <summary>A buffer ran over; also the reason of a pause.</summary>
    public const string BufferFull = "buffer_full";

    /// <summary>The local service could not be reached.</summary>
    public const string DialFailed = "dial_failed";

    /// <summary>No answer, or a drain took too long.</summary>
    public const string Timeout = "timeout";

    /// <summary>The local side failed.</summary>
    public const string LocalError = "local_error";

    /// <summary>The client is stopping.</summary>
    public const string Shutdown = "shutdown";

    /// <summary>The session was lost; never on the wire.</summary>
    public const string SessionEnded = "session_ended";

    /// <summary>Data arrived during a pause; never sent by older clients.</summary>
    public const string PauseViolated = "pause_violated";

    /// <summary>Data arrived for a stream that the sender does not know.</summary>
    public const string Unknown = "unknown";

    /// <summary>The constant that equals the text, so that known reasons cost no allocation; else null.</summary>
    internal static string? Find(ReadOnlySpan<byte> utf8)
    {
        if (utf8.SequenceEqual("normal"u8)) return Normal;
        if (utf8.SequenceEqual("buffer_full"u8)) return BufferFull;
        if (utf8.SequenceEqual("dial_failed"u8)) return DialFailed;
        if (utf8.SequenceEqual("timeout"u8)) return Timeout;
        if (utf8.SequenceEqual("local_error"u8)) return LocalError;
        if (utf8.SequenceEqual("shutdown"u8)) return Shutdown;
        if (utf8.SequenceEqual("session_ended"u8)) return SessionEnded;
        if (utf8.SequenceEqual("pause_violated"u8)) return PauseViolated;
        return utf8.SequenceEqual("unknown"u8) ? Unknown : null;
    }
}
