using System.Buffers.Binary;

namespace Nexus.Benchmarks.Field.Service;

/// <summary>A command on the wire: its kind, then a number of bytes in network order.</summary>
internal static class CommandFrame
{
    public const int Size = 1 + sizeof(long);

    /// <summary>What a user sends first: its hello, and right behind it the command.</summary>
    public static byte[] After(byte[] hello, ServiceCommand command, long count)
    {
        var all = new byte[hello.Length + Size];
        hello.CopyTo(all, 0);
        all[hello.Length] = (byte)command;
        BinaryPrimitives.WriteInt64BigEndian(all.AsSpan(hello.Length + 1), count);
        return all;
    }

    /// <summary>Null until the hello's record and the command are there whole; else both, and the bytes that they take.</summary>
    public static (ServiceCommand Command, long Count, int Length)? TryRead(ReadOnlySpan<byte> received)
    {
        const int RecordHeader = 5;
        if (received.Length < RecordHeader) return null;
        var start = RecordHeader + BinaryPrimitives.ReadUInt16BigEndian(received[3..]);
        return received.Length < start + Size
            ? null
            : ((ServiceCommand)received[start], BinaryPrimitives.ReadInt64BigEndian(received[(start + 1)..]), start + Size);
    }
}
