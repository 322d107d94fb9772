using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;
using Grpc.Core;
using Wire = Nexus.Contracts.Streams.V1;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// The protobuf encoding of RelayRequest and RelayResponse without message objects. Written is the shortest form; read is
/// every legal one: fields in any order, repeated (the last one holds), unknown ones of every wire type.
/// </summary>
internal static class RelayFrameFormat
{
    /// <summary>Most data that a receiver takes in one message.</summary>
    public const int MaxData = 64 * 1024;

    /// <summary>Bytes before the data of a message of <see cref="BestData"/>: gRPC's prefix, the field's tag, its length.</summary>
    public const int HeaderSize = PrefixSize + 1 + 3;

    /// <summary>
    /// Data of a full request: with what goes before it fills two HTTP/2 frames of 16 KiB, the largest that most peers take (a few bytes more
    /// would be a third frame and a packet of its own), and as data it fits into one frame of a backend's session.
    /// </summary>
    public const int BestData = (32 * 1024) - HeaderSize;

    /// <summary>What a response with data begins with.</summary>
    public const byte ResponseTag = (ResponseDataField << 3) | ProtobufFields.LengthDelimited;

    private const int PrefixSize = 5;
    private const int OpenField = 1;
    private const int RequestDataField = 2;
    private const int ResponseDataField = 1;
    private const int NoField = 0;

    public static void WriteRequest(RelayFrame frame, SerializationContext context)
    {
        if (frame.Open is { } open) WriteOpen(open, context);
        else WriteData(RequestDataField, frame.Data.Span, context);
    }

    public static void WriteResponse(RelayFrame frame, SerializationContext context) =>
        WriteData(ResponseDataField, frame.Data.Span, context);

    public static RelayFrame ReadRequest(DeserializationContext context) =>
        Read(context.PayloadAsReadOnlySequence(), OpenField, RequestDataField);

    public static RelayFrame ReadResponse(DeserializationContext context) =>
        Read(context.PayloadAsReadOnlySequence(), NoField, ResponseDataField);

    /// <summary>The first request as a whole, with gRPC's prefix.</summary>
    public static byte[] ToMessage(Wire.OpenStream open)
    {
        var request = new Wire.RelayRequest { Open = open };
        var message = new byte[PrefixSize + request.CalculateSize()];
        WritePrefix(message, message.Length - PrefixSize);
        request.WriteTo(message.AsSpan(PrefixSize));
        return message;
    }

    /// <summary>
    /// Writes what goes before <paramref name="length"/> bytes of a request's data, so that it ends where <paramref name="destination"/>, of
    /// <see cref="HeaderSize"/> bytes, does. Returns its size.
    /// </summary>
    public static int WriteRequestHeader(Span<byte> destination, int length)
    {
        var size = PrefixSize + 1 + ProtobufVarint.SizeOf((uint)length);
        var header = destination[^size..];
        WritePrefix(header, size - PrefixSize + length);
        WriteHeader(header[PrefixSize..], RequestDataField, length);
        return size;
    }

    /// <summary>The data of a whole response, a part of it; empty when it has none. False when it is malformed or has too much.</summary>
    public static bool TryReadResponse(ReadOnlyMemory<byte> message, out ReadOnlyMemory<byte> data)
    {
        data = default;
        var fields = new ProtobufFields(new ReadOnlySequence<byte>(message));
        while (fields.TryReadNext(out var field, out var content))
        {
            if (field == ResponseDataField) data = content.First;
        }

        return !fields.IsMalformed && data.Length <= MaxData;
    }

    private static void WritePrefix(Span<byte> destination, int messageSize)
    {
        destination[0] = 0; // not compressed
        BinaryPrimitives.WriteInt32BigEndian(destination[1..], messageSize);
    }

    private static void WriteOpen(Wire.OpenStream open, SerializationContext context)
    {
        var size = open.CalculateSize();
        Span<byte> header = stackalloc byte[1 + ProtobufVarint.MaxLength];
        var headerLength = WriteHeader(header, OpenField, size);
        context.SetPayloadLength(headerLength + size);
        var writer = context.GetBufferWriter();
        writer.Write(header[..headerLength]);
        open.WriteTo(writer);
        context.Complete();
    }

    private static void WriteData(int field, ReadOnlySpan<byte> data, SerializationContext context)
    {
        Span<byte> header = stackalloc byte[1 + ProtobufVarint.MaxLength];
        var headerLength = WriteHeader(header, field, data.Length);
        context.SetPayloadLength(headerLength + data.Length);
        var writer = context.GetBufferWriter();
        writer.Write(header[..headerLength]);
        writer.Write(data);
        context.Complete();
    }

    private static int WriteHeader(Span<byte> destination, int field, int length)
    {
        destination[0] = (byte)((field << 3) | ProtobufFields.LengthDelimited);
        return 1 + ProtobufVarint.Write(destination[1..], (uint)length);
    }

    private static RelayFrame Read(in ReadOnlySequence<byte> message, int openField, int dataField)
    {
        var frame = RelayFrame.Rent();
        try
        {
            var fields = new ProtobufFields(message);
            while (fields.TryReadNext(out var field, out var content))
            {
                if (field == dataField) SetData(frame, content);
                else if (field == openField) SetOpen(frame, content);
            }

            return fields.IsMalformed ? throw Malformed() : frame;
        }
        catch (RpcException)
        {
            frame.Release();
            throw;
        }
    }

    private static void SetData(RelayFrame frame, in ReadOnlySequence<byte> data)
    {
        if (data.Length > MaxData)
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"A frame carries at most {MaxData} bytes."));

        frame.SetData(data);
    }

    private static void SetOpen(RelayFrame frame, in ReadOnlySequence<byte> content)
    {
        var open = frame.Open ?? new Wire.OpenStream(); // an embedded message that occurs twice is merged
        try
        {
            open.MergeFrom(content);
        }
        catch (InvalidProtocolBufferException)
        {
            throw Malformed();
        }

        frame.SetOpen(open);
    }

    private static RpcException Malformed() => new(new Status(StatusCode.InvalidArgument, "Malformed frame."));
}
