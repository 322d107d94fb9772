using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>
/// The messages of the hand-over (docs/architecture.md): a byte for the kind, then fields in little-endian order. Whatever is
/// not exactly that is none.
/// </summary>
internal static class HandOverFormat
{
    /// <summary>Before an open request's three parts: kind, id, and the lengths of the first two.</summary>
    public const int OpenHeader = 1 + sizeof(ulong) + sizeof(ushort) + sizeof(ushort);

    private const uint Magic = 0x4F48584E; // "NXHO"
    private const ushort Version = 2; // 1 knew no pairs of sockets
    private const int HelloHeader = 1 + sizeof(uint) + sizeof(ushort);
    private const int IdHeader = 1 + sizeof(ulong);
    private const int RefusedHeader = IdHeader + 1;
    private const int FinSize = IdHeader + sizeof(long);
    private const int EndedHeader = IdHeader + sizeof(long) + sizeof(long);

    public static byte[] Hello(string targetId)
    {
        var message = new byte[HelloHeader + Encoding.UTF8.GetByteCount(targetId)];
        message[0] = (byte)HandOverMessageKind.Hello;
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(1), Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(1 + sizeof(uint)), Version);
        Encoding.UTF8.GetBytes(targetId, message.AsSpan(HelloHeader));
        return message;
    }

    /// <summary>A message that is only its kind.</summary>
    public static byte[] Of(HandOverMessageKind kind) => [(byte)kind];

    /// <summary>0 when a part is too long for any message.</summary>
    public static int SizeOfOpen(OpenStream open, int lastWords, int prelude)
    {
        var request = open.ToWire().CalculateSize();
        return request > HandOverLimits.MaxOpenRequest || lastWords > HandOverLimits.MaxLastWords || prelude > HandOverLimits.MaxPrelude
            ? 0
            : OpenHeader + request + lastWords + prelude;
    }

    /// <param name="message">Exactly of <see cref="SizeOfOpen"/>.</param>
    /// <param name="id">At least 1.</param>
    /// <param name="open">What the target must know.</param>
    /// <param name="lastWords">Opaque.</param>
    /// <param name="prelude">Opaque.</param>
    public static void WriteOpen(Span<byte> message, ulong id, OpenStream open, ReadOnlySpan<byte> lastWords, ReadOnlySpan<byte> prelude)
    {
        var request = open.ToWire();
        var length = request.CalculateSize();
        WriteHeader(message, HandOverMessageKind.Open, id);
        BinaryPrimitives.WriteUInt16LittleEndian(message[IdHeader..], (ushort)length);
        BinaryPrimitives.WriteUInt16LittleEndian(message[(IdHeader + sizeof(ushort))..], (ushort)lastWords.Length);
        message = message[OpenHeader..];
        request.WriteTo(message[..length]);
        lastWords.CopyTo(message[length..]);
        prelude.CopyTo(message[(length + lastWords.Length)..]);
    }

    public static byte[] Accepted(ulong id) => Of(HandOverMessageKind.Accepted, id);

    public static byte[] Abort(ulong id) => Of(HandOverMessageKind.Abort, id);

    /// <param name="id">The stream's.</param>
    /// <param name="bytes">Not negative.</param>
    public static byte[] Fin(ulong id, long bytes)
    {
        var message = new byte[FinSize];
        WriteHeader(message, HandOverMessageKind.Fin, id);
        BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(IdHeader), bytes);
        return message;
    }

    /// <summary>A detail that is too long is cut.</summary>
    public static byte[] Refused(ulong id, OpenRefusal refusal, string detail)
    {
        var text = Encoding.UTF8.GetBytes(detail);
        text = text[..Math.Min(text.Length, HandOverLimits.MaxDetail)];
        var message = new byte[RefusedHeader + text.Length];
        WriteHeader(message, HandOverMessageKind.Refused, id);
        message[IdHeader] = (byte)refusal;
        text.CopyTo(message, RefusedHeader);
        return message;
    }

    public static byte[] Ended(ulong id, long bytesFromUser, long bytesToUser, string word)
    {
        var message = new byte[EndedHeader + word.Length];
        WriteHeader(message, HandOverMessageKind.Ended, id);
        BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(IdHeader), bytesFromUser);
        BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(IdHeader + sizeof(long)), bytesToUser);
        Encoding.ASCII.GetBytes(word, message.AsSpan(EndedHeader));
        return message;
    }

    /// <summary>False when it is no message of this version.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out HandOverMessage read)
    {
        read = default;
        if (message.IsEmpty) return false;
        var kind = (HandOverMessageKind)message[0];
        switch (kind)
        {
            case HandOverMessageKind.Nop or HandOverMessageKind.Ping or HandOverMessageKind.Pong or HandOverMessageKind.HelloOk or HandOverMessageKind.HelloRefused:
                read = new() { Kind = kind };
                return message.Length == 1;
            case HandOverMessageKind.Hello:
                return TryReadHello(message, out read);
            case HandOverMessageKind.Open:
                return TryReadOpen(message, out read);
            case HandOverMessageKind.Accepted or HandOverMessageKind.Abort:
                return TryReadId(message, out var id) && message.Length == IdHeader && Set(out read, new() { Kind = kind, Id = id });
            case HandOverMessageKind.Refused:
                return TryReadRefused(message, out read);
            case HandOverMessageKind.Ended:
                return TryReadEnded(message, out read);
            case HandOverMessageKind.Fin:
                return TryReadFin(message, out read);
            default:
                return false;
        }
    }

    /// <summary>Null when it is no valid request.</summary>
    public static OpenStream? ReadRequest(ReadOnlySpan<byte> request)
    {
        try
        {
            return OpenStream.FromWire(Streams.V1.OpenStream.Parser.ParseFrom(request));
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static bool TryReadHello(ReadOnlySpan<byte> message, out HandOverMessage read)
    {
        read = default;
        return message.Length is > HelloHeader and <= HelloHeader + HandOverLimits.MaxTargetId
            && BinaryPrimitives.ReadUInt32LittleEndian(message[1..]) == Magic
            && BinaryPrimitives.ReadUInt16LittleEndian(message[(1 + sizeof(uint))..]) == Version
            && Set(out read, new() { Kind = HandOverMessageKind.Hello, Text = message[HelloHeader..] });
    }

    private static bool TryReadOpen(ReadOnlySpan<byte> message, out HandOverMessage read)
    {
        read = default;
        if (!TryReadId(message, out var id) || message.Length < OpenHeader) return false;
        var request = BinaryPrimitives.ReadUInt16LittleEndian(message[IdHeader..]);
        var words = BinaryPrimitives.ReadUInt16LittleEndian(message[(IdHeader + sizeof(ushort))..]);
        message = message[OpenHeader..];
        var prelude = message.Length - request - words;
        if (request > HandOverLimits.MaxOpenRequest || words > HandOverLimits.MaxLastWords || prelude is < 0 or > HandOverLimits.MaxPrelude) return false;
        return Set(out read, new()
        {
            Kind = HandOverMessageKind.Open,
            Id = id,
            Request = message[..request],
            LastWords = message.Slice(request, words),
            Prelude = message[(request + words)..],
        });
    }

    private static bool TryReadRefused(ReadOnlySpan<byte> message, out HandOverMessage read)
    {
        read = default;
        if (!TryReadId(message, out var id) || message.Length is < RefusedHeader or > RefusedHeader + HandOverLimits.MaxDetail) return false;
        var refusal = (OpenRefusal)message[IdHeader];
        return refusal is > OpenRefusal.None and <= OpenRefusal.Rejected
            && Set(out read, new() { Kind = HandOverMessageKind.Refused, Id = id, Refusal = refusal, Text = message[RefusedHeader..] });
    }

    private static bool TryReadEnded(ReadOnlySpan<byte> message, out HandOverMessage read)
    {
        read = default;
        if (!TryReadId(message, out var id) || message.Length is <= EndedHeader or > EndedHeader + HandOverLimits.MaxWord) return false;
        var (fromUser, toUser) = (BinaryPrimitives.ReadInt64LittleEndian(message[IdHeader..]), BinaryPrimitives.ReadInt64LittleEndian(message[(IdHeader + sizeof(long))..]));
        return fromUser >= 0 && toUser >= 0
            && Set(out read, new() { Kind = HandOverMessageKind.Ended, Id = id, BytesFromUser = fromUser, BytesToUser = toUser, Text = message[EndedHeader..] });
    }

    private static bool TryReadFin(ReadOnlySpan<byte> message, out HandOverMessage read)
    {
        read = default;
        if (!TryReadId(message, out var id) || message.Length != FinSize) return false;
        var bytes = BinaryPrimitives.ReadInt64LittleEndian(message[IdHeader..]);
        return bytes >= 0 && Set(out read, new() { Kind = HandOverMessageKind.Fin, Id = id, Bytes = bytes });
    }

    private static bool TryReadId(ReadOnlySpan<byte> message, out ulong id)
    {
        id = message.Length < IdHeader ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(message[1..]);
        return id > 0;
    }

    private static bool Set(out HandOverMessage read, HandOverMessage value)
    {
        read = value;
        return true;
    }

    private static byte[] Of(HandOverMessageKind kind, ulong id)
    {
        var message = new byte[IdHeader];
        WriteHeader(message, kind, id);
        return message;
    }

    private static void WriteHeader(Span<byte> message, HandOverMessageKind kind, ulong id)
    {
        message[0] = (byte)kind;
        BinaryPrimitives.WriteUInt64LittleEndian(message[1..], id);
    }
}
