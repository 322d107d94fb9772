using System.Buffers;

namespace Nexus.Edge.Peeking;

/// <summary>
/// The TLS record layer in front of <see cref="ClientHelloMessage"/>: follows records of any size, remembers where it
/// was, and parses the message once, when its last record is complete. Every broken header ends it at once.
/// </summary>
internal struct ClientHelloParser
{
    public const byte HandshakeRecord = 22;

    private const byte ClientHelloMessageType = 1;
    private const byte MajorVersion = 3;
    private const int RecordHeaderSize = 5;
    private const int MessageHeaderSize = 4;
    private const int MaxRecordLength = 16_384;      // RFC 8446 §5.1
    private const int MaxMessageLength = 65_536;     // what TLS stacks take at most; a larger announcement is a lie or an attack

    private int _record;        // where the first record that is not yet complete begins
    private int _records;       // complete ones
    private int _collected;     // bytes of the message in complete records
    private int _messageHeader; // its first four bytes as they come: type and length

    public PeekResult Parse(ReadOnlySpan<byte> captured)
    {
        while (_record < captured.Length)
        {
            var rest = captured[_record..];
            if (rest[0] != HandshakeRecord) return new(_record == 0 ? PeekStatus.NotRecognized : PeekStatus.Malformed);
            if (rest.Length > 1 && rest[1] != MajorVersion) return new(PeekStatus.Malformed);
            if (rest.Length < RecordHeaderSize) break;

            var length = rest[3] << 8 | rest[4];
            if (length is 0 or > MaxRecordLength) return new(PeekStatus.Malformed);

            var payload = rest.Slice(RecordHeaderSize, Math.Min(length, rest.Length - RecordHeaderSize));
            var header = _messageHeader;
            if (!TryReadMessageHeader(payload, _collected, ref header, out var messageSize)) return new(PeekStatus.Malformed);
            if (_collected + length > messageSize) return new(PeekStatus.Malformed); // nothing may share the record, RFC 8446 §4.1.2, §5.1
            if (payload.Length < length) break;

            _messageHeader = header;
            _collected += length;
            _record += RecordHeaderSize + length;
            _records++;
            if (_collected == messageSize) return ParseMessage(captured[.._record]);
        }
        return new(PeekStatus.NeedMore);
    }

    /// <summary>Takes the header bytes that <paramref name="payload"/> holds; false when they are not a hello's.</summary>
    private static bool TryReadMessageHeader(ReadOnlySpan<byte> payload, int collected, ref int header, out int messageSize)
    {
        messageSize = int.MaxValue;
        var have = collected;
        for (var i = 0; have < MessageHeaderSize && i < payload.Length; i++, have++)
        {
            if (have == 0 && payload[i] != ClientHelloMessageType) return false;
            header = have == 0 ? 0 : header << 8 | payload[i];
        }
        if (have < MessageHeaderSize) return true;
        messageSize = MessageHeaderSize + header;
        return header <= MaxMessageLength;
    }

    private readonly PeekResult ParseMessage(ReadOnlySpan<byte> records)
    {
        if (_records == 1) return ClientHelloMessage.Parse(records[(RecordHeaderSize + MessageHeaderSize)..]);

        var reassembled = ArrayPool<byte>.Shared.Rent(_collected);
        try
        {
            var length = 0;
            while (!records.IsEmpty)
            {
                var payload = records.Slice(RecordHeaderSize, records[3] << 8 | records[4]);
                payload.CopyTo(reassembled.AsSpan(length));
                length += payload.Length;
                records = records[(RecordHeaderSize + payload.Length)..];
            }
            return ClientHelloMessage.Parse(reassembled.AsSpan(MessageHeaderSize, length - MessageHeaderSize));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(reassembled);
        }
    }
}
