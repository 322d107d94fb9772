using System.Buffers.Binary;

namespace Nexus.Protocol.WebSockets;

/// <summary>The header of one frame (RFC 6455 §5.2).</summary>
/// <param name="Opcode">Frame type; may be a value outside the enumeration when read from a peer.</param>
/// <param name="IsFinal">Whether this frame ends its message.</param>
/// <param name="Reserved">The three RSV bits; not 0 is an error, since no extension is ever negotiated.</param>
/// <param name="MaskKey">The key of a masked frame, null otherwise.</param>
/// <param name="PayloadLength">Bytes after the header. A peer may claim anything: check it before use.</param>
public readonly record struct WebSocketFrameHeader(
    WebSocketOpcode Opcode, bool IsFinal, byte Reserved, uint? MaskKey, ulong PayloadLength)
{
    /// <summary>Bytes of the longest header: 2, 8 of length, 4 of mask.</summary>
    public const int MaxSize = 14;

    /// <summary>Whether this is a ping, pong or close frame.</summary>
    public bool IsControl => ((byte)Opcode & 0x8) != 0;

    /// <summary>Reads a header from the start of <paramref name="bytes"/>.</summary>
    /// <param name="bytes">What has arrived.</param>
    /// <param name="header">The header, when true is returned.</param>
    /// <param name="size">The header's own size in bytes, when true is returned.</param>
    /// <returns>False when more bytes are needed. Every complete header is readable; whether it is allowed is the caller's to say.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out WebSocketFrameHeader header, out int size)
    {
        header = default;
        size = 0;
        if (bytes.Length < 2) return false;
        var isMasked = (bytes[1] & 0x80) != 0;
        ulong length = (byte)(bytes[1] & 0x7F);
        size = 2 + length switch { 126 => 2, 127 => 8, _ => 0 } + (isMasked ? 4 : 0);
        if (bytes.Length < size) return false;

        if (length == 126) length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        else if (length == 127) length = BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]);
        uint? key = isMasked ? BinaryPrimitives.ReadUInt32BigEndian(bytes[(size - 4)..]) : null;
        header = new((WebSocketOpcode)(bytes[0] & 0xF), (bytes[0] & 0x80) != 0, (byte)((bytes[0] >> 4) & 0x7), key, length);
        return true;
    }

    /// <summary>Bytes that the header of a frame with this payload takes.</summary>
    public static int SizeFor(int payloadLength, bool masked) =>
        2 + (payloadLength switch { < 126 => 0, <= ushort.MaxValue => 2, _ => 8 }) + (masked ? 4 : 0);

    /// <summary>Writes the header of an unfragmented frame and returns its size, <see cref="SizeFor"/>.</summary>
    public static int Write(Span<byte> destination, WebSocketOpcode opcode, int payloadLength, uint? maskKey) =>
        Write(destination, opcode, payloadLength, maskKey, isFinal: true);

    /// <summary>The same for a frame that may not be the last one of its message.</summary>
    public static int Write(Span<byte> destination, WebSocketOpcode opcode, int payloadLength, uint? maskKey, bool isFinal)
    {
        destination[0] = (byte)((isFinal ? 0x80 : 0) | (byte)opcode);
        var maskBit = maskKey is null ? 0 : 0x80;
        var size = 2;
        switch (payloadLength)
        {
            case < 126:
                destination[1] = (byte)(maskBit | payloadLength);
                break;
            case <= ushort.MaxValue:
                destination[1] = (byte)(maskBit | 126);
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)payloadLength);
                size += 2;
                break;
            default:
                destination[1] = (byte)(maskBit | 127);
                BinaryPrimitives.WriteUInt64BigEndian(destination[2..], (ulong)payloadLength);
                size += 8;
                break;
        }

        if (maskKey is { } key)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[size..], key);
            size += 4;
        }

        return size;
    }
}
