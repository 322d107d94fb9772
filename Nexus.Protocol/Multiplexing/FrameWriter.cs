using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Nexus.Protocol.Backend;
using Nexus.Protocol.WebSockets;

namespace Nexus.Protocol.Multiplexing;

/// <summary>Puts single messages into WebSocket frames in a buffer, masked when we are the client.</summary>
internal sealed class FrameWriter(WebSocketRole role, WireFormat format)
{
    /// <summary>Most bytes that a data frame adds to its payload.</summary>
    public const int MaxDataOverhead = 8 + DataFrame.HeaderSize;

    /// <summary>Room that any single control message, text message or control frame fits into.</summary>
    public const int MaxControlSize = 33 * 1024;

    /// <summary>Room that any whole message fits into.</summary>
    public const int MaxMessageRoom = 8 + DataFrame.MaxMessageSize;

    /// <summary>Most bytes of a piece of a long text: as long as any other message.</summary>
    public const int MaxPiece = 32 * 1024;

    private const int MaxCloseReason = 123;
    private readonly bool _masks = role == WebSocketRole.Client;
    private readonly byte[] _keys = new byte[1024]; // mask keys drawn in advance: a system call per frame would cost more than the mask
    private int _nextKey = 1024;

    /// <summary>Where the payload of a data frame begins; <see cref="SealData"/> puts the headers in front.</summary>
    public int DataHeaderSize => MessageHeaderSize + DataFrame.HeaderSize;

    /// <summary>Where a whole message begins; <see cref="SealMessage"/> puts the header in front.</summary>
    public int MessageHeaderSize => _masks ? 8 : 4;

    /// <summary>Completes a data frame whose payload lies at <see cref="DataHeaderSize"/>. Returns the frame's size; it begins at 0.</summary>
    public int SealData(Span<byte> target, StreamId streamId, int payloadCount)
    {
        var messageLength = DataFrame.HeaderSize + payloadCount;
        var headerSize = WebSocketFrameHeader.SizeFor(messageLength, _masks);
        if (headerSize + DataFrame.HeaderSize < DataHeaderSize)
        {
            // Small messages have a shorter header: close the gap (fewer than 126 bytes move).
            target.Slice(DataHeaderSize, payloadCount).CopyTo(target[(headerSize + DataFrame.HeaderSize)..]);
        }

        DataFrame.WriteHeader(target[headerSize..], streamId);
        target[headerSize] = format.DataMarker;
        Messages++;
        return Seal(target, WebSocketOpcode.Binary, headerSize, messageLength);
    }

    /// <summary>Completes a frame whose message lies at <see cref="MessageHeaderSize"/>. Returns the frame's size; it begins at 0.</summary>
    public int SealMessage(Span<byte> target, int messageLength)
    {
        var headerSize = WebSocketFrameHeader.SizeFor(messageLength, _masks);
        if (headerSize < MessageHeaderSize) target.Slice(MessageHeaderSize, messageLength).CopyTo(target[headerSize..]);
        Messages++;
        return Seal(target, format.OpcodeOf(target[headerSize]), headerSize, messageLength);
    }

    /// <summary>Writes a whole frame with a control message; nothing, and 0, when the format has no words for it.</summary>
    /// <exception cref="InvalidOperationException">The message has no event or is larger than any of ours can be.</exception>
    public int WriteControl(Span<byte> target, in ControlMessage message)
    {
        // The length is known only afterwards; nearly all messages are between 126 and 65 535 bytes or shorter.
        var headerSize = WebSocketFrameHeader.SizeFor(ushort.MaxValue, _masks);
        if (!format.TryWrite(message, target[headerSize..], out var length)) throw new InvalidOperationException($"A {message.Event} message cannot be written.");
        if (length == 0) return 0;
        var actual = WebSocketFrameHeader.SizeFor(length, _masks);
        if (actual < headerSize) target.Slice(headerSize, length).CopyTo(target[actual..]);
        Messages++;
        return Seal(target, format.OpcodeOf(target[actual]), actual, length);
    }

    /// <summary>Writes the next frame of a text message; nothing, and 0, when the message turns out to be empty.</summary>
    /// <param name="target">Room for a piece and its header.</param>
    /// <param name="text">Gives the piece.</param>
    /// <param name="isFirst">Whether nothing of it was written before.</param>
    /// <param name="isEnd">Whether it is complete.</param>
    public int WriteText(Span<byte> target, ITextSource text, bool isFirst, out bool isEnd)
    {
        var headerSize = WebSocketFrameHeader.SizeFor(ushort.MaxValue, _masks);
        var length = text.Read(target.Slice(headerSize, MaxPiece), out isEnd);
        if (length == 0 && !isEnd) throw new InvalidOperationException("A text source gave neither bytes nor its end.");
        if (length == 0 && isFirst) return 0;
        var actual = WebSocketFrameHeader.SizeFor(length, _masks);
        if (actual < headerSize) target.Slice(headerSize, length).CopyTo(target[actual..]);
        return Seal(target, isFirst ? WebSocketOpcode.Text : WebSocketOpcode.Continuation, actual, length, isEnd);
    }

    /// <summary>Writes a whole frame with the given payload.</summary>
    public int WriteFrame(Span<byte> target, WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        var headerSize = WebSocketFrameHeader.SizeFor(payload.Length, _masks);
        payload.CopyTo(target[headerSize..]);
        return Seal(target, opcode, headerSize, payload.Length);
    }

    /// <summary>Writes a close frame; the reason is cut at a character so that it fits (RFC 6455 §5.5).</summary>
    public int WriteClose(Span<byte> target, ushort code, string reason)
    {
        Span<byte> payload = stackalloc byte[2 + MaxCloseReason];
        if (code == WebSocketCloseCode.NoStatus) return WriteFrame(target, WebSocketOpcode.Close, []);
        BinaryPrimitives.WriteUInt16BigEndian(payload, code);
        Encoding.UTF8.GetEncoder().Convert(reason, payload[2..], flush: true, out _, out var count, out _);
        return WriteFrame(target, WebSocketOpcode.Close, payload[..(2 + count)]);
    }

    /// <summary>Data and control frames written so far; pings, pongs, texts and closes not counted.</summary>
    public long Messages { get; private set; }

    private int Seal(Span<byte> target, WebSocketOpcode opcode, int headerSize, int payloadLength, bool isFinal = true)
    {
        uint? key = _masks ? NextKey() : null;
        WebSocketFrameHeader.Write(target, opcode, payloadLength, key, isFinal);
        if (key is { } mask) WebSocketMask.Apply(target.Slice(headerSize, payloadLength), mask);
        return headerSize + payloadLength;
    }

    private uint NextKey()
    {
        if (_nextKey == _keys.Length)
        {
            RandomNumberGenerator.Fill(_keys);
            _nextKey = 0;
        }

        var key = BinaryPrimitives.ReadUInt32BigEndian(_keys.AsSpan(_nextKey));
        _nextKey += sizeof(uint);
        return key;
    }
}
