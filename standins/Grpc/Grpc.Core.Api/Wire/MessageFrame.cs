using System.Buffers;
using System.Buffers.Binary;

namespace Grpc.Core.Wire;

/// <summary>The prefix of a message: one byte that says whether it is compressed, four bytes of length, big endian.</summary>
internal static class MessageFrame
{
    public const int HeaderSize = 5;

    /// <summary>What a receiver takes unless told otherwise.</summary>
    public const int DefaultMaxReceiveMessageSize = 4 * 1024 * 1024;

    public static void WriteHeader(Span<byte> destination, int payloadLength)
    {
        destination[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(destination[1..], payloadLength);
    }

    /// <summary>False when more bytes are needed.</summary>
    /// <exception cref="RpcException">The message is compressed, or larger than <paramref name="maxMessageSize"/>.</exception>
    public static bool TryReadHeader(in ReadOnlySequence<byte> received, int? maxMessageSize, out int payloadLength)
    {
        payloadLength = 0;
        if (received.Length < HeaderSize) return false;

        Span<byte> header = stackalloc byte[HeaderSize];
        received.Slice(0, HeaderSize).CopyTo(header);
        payloadLength = ReadHeader(header, maxMessageSize);
        return true;
    }

    /// <inheritdoc cref="TryReadHeader"/>
    public static int ReadHeader(ReadOnlySpan<byte> header, int? maxMessageSize)
    {
        if (header[0] != 0)
            throw new RpcException(new Status(StatusCode.Unimplemented, "Compressed messages are not supported."));

        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        return length <= (uint)(maxMessageSize ?? int.MaxValue)
            ? (int)length
            : throw new RpcException(new Status(StatusCode.ResourceExhausted, $"A message of {length} bytes is larger than the limit of {maxMessageSize} bytes."));
    }
}
