using System.Buffers;
using Grpc.Core;

namespace Nexus.Contracts.Carriers;

/// <summary>A message in an array, for the marshallers.</summary>
internal sealed class ArrayContext : SerializationContext
{
    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);

    public ArrayContext() => Received = new Reader(this);

    public ArrayContext(ReadOnlySpan<byte> bytes)
        : this() => _buffer.Write(bytes);

    public DeserializationContext Received { get; }

    public ReadOnlySpan<byte> Bytes => _buffer.WrittenSpan;

    public int AnnouncedLength { get; private set; }

    public void Clear() => _buffer.ResetWrittenCount();

    public override void SetPayloadLength(int payloadLength) => AnnouncedLength = payloadLength;

    public override IBufferWriter<byte> GetBufferWriter() => _buffer;

    public override void Complete()
    {
        // Not an assertion of xunit, which allocates.
        if (AnnouncedLength != _buffer.WrittenCount) throw new InvalidOperationException($"{AnnouncedLength} bytes announced, {_buffer.WrittenCount} written.");
    }

    private sealed class Reader(ArrayContext message) : DeserializationContext
    {
        public override int PayloadLength => message._buffer.WrittenCount;

        public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(message._buffer.WrittenMemory);
    }
}
