using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using Wire = Nexus.Contracts.Streams.V1;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// The protobuf encoding of DatagramBatch (streams.proto) without message objects: written in the shortest form, read in
/// every legal one.
/// </summary>
internal static class DatagramBatchFormat
{
    /// <summary>Most bytes of a batch; below gRPC's usual limit of 4 MiB.</summary>
    public const int MaxSize = 2 * 1024 * 1024;

    /// <summary>Most payload of a datagram: what one frame to a backend carries.</summary>
    public const int MaxDatagram = 32 * 1024;

    private const int EventsField = 1;
    private const int FlowField = 1;
    private const int OpenField = 2;
    private const int DatagramField = 3;
    private const int EndField = 4;
    private const int Varint = 0;

    public static void Write(DatagramBatch batch, SerializationContext context)
    {
        context.SetPayloadLength(batch.Encoded.Length);
        context.GetBufferWriter().Write(batch.Encoded.Span);
        context.Complete();
    }

    public static DatagramBatch Read(DeserializationContext context)
    {
        var message = context.PayloadAsReadOnlySequence();
        if (message.Length > MaxSize) throw Malformed();
        var length = (int)message.Length;
        var rented = ArrayPool<byte>.Shared.Rent(Math.Max(length, 1));
        message.CopyTo(rented);
        return DatagramBatch.Own(rented, length);
    }

    /// <summary>Bytes of a datagram's event.</summary>
    public static int SizeOfDatagram(ulong flow, int length) => SizeOf(ContentSize(flow, length));

    /// <summary>Writes a datagram's event; <paramref name="target"/> has exactly its size.</summary>
    public static void WriteDatagram(Span<byte> target, ulong flow, ReadOnlySpan<byte> datagram)
    {
        var at = WriteHeader(target, flow, ContentSize(flow, datagram.Length));
        at += WriteTag(target[at..], DatagramField, ProtobufFields.LengthDelimited);
        at += ProtobufVarint.Write(target[at..], (ulong)datagram.Length);
        datagram.CopyTo(target[at..]);
    }

    public static int SizeOfOpen(ulong flow, Wire.OpenStream open) => SizeOf(ContentSize(flow, open.CalculateSize()));

    public static void WriteOpen(Span<byte> target, ulong flow, Wire.OpenStream open)
    {
        var size = open.CalculateSize();
        var at = WriteHeader(target, flow, ContentSize(flow, size));
        at += WriteTag(target[at..], OpenField, ProtobufFields.LengthDelimited);
        at += ProtobufVarint.Write(target[at..], (ulong)size);
        open.WriteTo(target.Slice(at, size));
    }

    public static int SizeOfEnd(ulong flow) => SizeOf(EndContentSize(flow));

    public static void WriteEnd(Span<byte> target, ulong flow, FlowEnd end)
    {
        var at = WriteHeader(target, flow, EndContentSize(flow));
        at += WriteTag(target[at..], EndField, Varint);
        ProtobufVarint.Write(target[at..], (ulong)end);
    }

    /// <summary>Gives every event to <paramref name="events"/>.</summary>
    /// <exception cref="RpcException">The batch is malformed; the events before that place were given.</exception>
    public static void Read(DatagramBatch batch, IFlowEvents events)
    {
        var fields = new ProtobufFields(new ReadOnlySequence<byte>(batch.Encoded));
        while (fields.TryReadNext(out var field, out var content))
        {
            if (field == EventsField) ReadEvent(content, events);
        }

        if (fields.IsMalformed) throw Malformed();
    }

    private static void ReadEvent(in ReadOnlySequence<byte> message, IFlowEvents events)
    {
        var (flow, kind, end) = (0UL, 0, 0UL);
        ReadOnlySequence<byte> body = default;
        var fields = new ProtobufFields(message);
        while (fields.TryReadNext(out var field, out var content, out var number))
        {
            if (field == FlowField) flow = number;
            else if (field is OpenField or DatagramField) (kind, body) = (field, content);
            else if (field == EndField) (kind, end) = (field, number);
        }

        if (fields.IsMalformed || body.Length > MaxDatagram) throw Malformed();
        if (kind == DatagramField) events.OnDatagram(flow, body.FirstSpan); // one array holds the batch: one segment
        else if (kind == OpenField) events.OnOpen(flow, ReadOpen(body));
        else if (kind == EndField) events.OnEnd(flow, end <= (ulong)FlowEnd.Invalid ? (FlowEnd)end : FlowEnd.Unknown);
    }

    private static OpenStream? ReadOpen(in ReadOnlySequence<byte> content)
    {
        try
        {
            return OpenStream.FromWire(Wire.OpenStream.Parser.ParseFrom(content));
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static int ContentSize(ulong flow, int length) =>
        1 + ProtobufVarint.SizeOf(flow) + 1 + ProtobufVarint.SizeOf((ulong)length) + length;

    private static int EndContentSize(ulong flow) => 1 + ProtobufVarint.SizeOf(flow) + 1 + 1;

    private static int SizeOf(int contentSize) => 1 + ProtobufVarint.SizeOf((ulong)contentSize) + contentSize;

    private static int WriteHeader(Span<byte> target, ulong flow, int contentSize)
    {
        var at = WriteTag(target, EventsField, ProtobufFields.LengthDelimited);
        at += ProtobufVarint.Write(target[at..], (ulong)contentSize);
        at += WriteTag(target[at..], FlowField, Varint);
        return at + ProtobufVarint.Write(target[at..], flow);
    }

    private static int WriteTag(Span<byte> target, int field, int wireType)
    {
        target[0] = (byte)((field << 3) | wireType);
        return 1;
    }

    private static RpcException Malformed() => new(new Status(StatusCode.InvalidArgument, "Malformed batch."));
}
