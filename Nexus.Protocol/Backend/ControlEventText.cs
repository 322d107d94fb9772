namespace Nexus.Protocol.Backend;

internal static class ControlEventText
{
    /// <summary>Empty for <see cref="ControlEvent.Unknown"/>, which cannot be sent.</summary>
    public static ReadOnlySpan<byte> ToWireText(this ControlEvent value) => value switch
    {
        ControlEvent.Connect => "connect"u8,
        ControlEvent.Disconnect => "disconnect"u8,
        ControlEvent.PingClient => "ping_client"u8,
        ControlEvent.PongClient => "pong_client"u8,
        ControlEvent.PauseStream => "pause_stream"u8,
        ControlEvent.ResumeStream => "resume_stream"u8,
        ControlEvent.OutboundConnect => "outbound_connect"u8,
        ControlEvent.OutboundResult => "outbound_result"u8,
        ControlEvent.HalfClose => "half_close"u8,
        _ => default,
    };

    public static ControlEvent Find(ReadOnlySpan<byte> utf8)
    {
        if (utf8.SequenceEqual("resume_stream"u8)) return ControlEvent.ResumeStream;
        if (utf8.SequenceEqual("connect"u8)) return ControlEvent.Connect;
        if (utf8.SequenceEqual("disconnect"u8)) return ControlEvent.Disconnect;
        if (utf8.SequenceEqual("ping_client"u8)) return ControlEvent.PingClient;
        if (utf8.SequenceEqual("pong_client"u8)) return ControlEvent.PongClient;
        if (utf8.SequenceEqual("pause_stream"u8)) return ControlEvent.PauseStream;
        if (utf8.SequenceEqual("outbound_connect"u8)) return ControlEvent.OutboundConnect;
        if (utf8.SequenceEqual("half_close"u8)) return ControlEvent.HalfClose;
        return utf8.SequenceEqual("outbound_result"u8) ? ControlEvent.OutboundResult : ControlEvent.Unknown;
    }
}
