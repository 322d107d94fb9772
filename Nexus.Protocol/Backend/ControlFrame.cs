namespace Nexus.Protocol.Backend;

/// <summary>A binary message that carries a <see cref="ControlMessage"/>: <c>0x02</c>, then one UTF-8 JSON object.</summary>
public static class ControlFrame
{
    /// <summary>First byte of the message.</summary>
    public const byte Marker = 0x02;

    /// <summary>Room, in bytes, that every message without free text fits into (<c>resume_stream</c>, <c>ping_client</c>, …).</summary>
    public const int PlainSize = 160;

    /// <summary>Writes marker and JSON; false when there is no room or the message has no event.</summary>
    public static bool TryWrite(in ControlMessage message, Span<byte> destination, out int written)
    {
        written = 0;
        if (destination.IsEmpty || !message.TryWrite(destination[1..], out var length)) return false;
        destination[0] = Marker;
        written = length + 1;
        return true;
    }

    /// <summary>Reads a whole binary message; false when it is not a control message or is malformed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out ControlMessage control)
    {
        if (message is [Marker, .. var json]) return ControlMessage.TryRead(json, out control);
        control = default;
        return false;
    }
}
