namespace Nexus.Protocol.Backend;

/// <summary>
/// A binary message that carries bytes of one stream: <c>0x01</c>, the stream's id (16 bytes), then 0 to 32 768 bytes.
/// </summary>
public static class DataFrame
{
    /// <summary>First byte of the message.</summary>
    public const byte Marker = 0x01;

    /// <summary>Bytes in front of the payload.</summary>
    public const int HeaderSize = 1 + StreamId.Size;

    /// <summary>Most payload bytes that may be sent in one message: peers end the session over one more.</summary>
    public const int MaxPayload = 32 * 1_024;

    /// <summary>Most bytes of any message after the handshake, control messages included.</summary>
    public const int MaxMessageSize = HeaderSize + MaxPayload;

    /// <summary>Writes the header, <see cref="HeaderSize"/> bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Too little room.</exception>
    public static void WriteHeader(Span<byte> destination, StreamId id)
    {
        id.Write(destination[1..]);
        destination[0] = Marker;
    }

    /// <summary>
    /// Splits a message. False when it is not a data message or is shorter than its header. The payload is not limited here:
    /// older hubs send more than <see cref="MaxPayload"/>, so the limit is the one on received messages.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out StreamId id, out ReadOnlySpan<byte> payload)
    {
        if (message.Length < HeaderSize || message[0] != Marker)
        {
            id = default;
            payload = default;
            return false;
        }

        id = StreamId.Read(message[1..]);
        payload = message[HeaderSize..];
        return true;
    }
}
