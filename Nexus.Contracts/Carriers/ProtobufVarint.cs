using System.Buffers;

namespace Nexus.Contracts.Carriers;

/// <summary>Base-128 numbers of protobuf.</summary>
internal static class ProtobufVarint
{
    /// <summary>Bytes of the longest 64-bit number.</summary>
    public const int MaxLength = 10;

    public static int Write(Span<byte> destination, ulong value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            destination[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[length++] = (byte)value;
        return length;
    }

    /// <summary>Bytes of a number.</summary>
    public static int SizeOf(ulong value)
    {
        var size = 1;
        for (; value >= 0x80; value >>= 7) size++;
        return size;
    }

    /// <summary>False when the number does not end within its ten bytes or within the message.</summary>
    public static bool TryRead(ref SequenceReader<byte> reader, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 7 * MaxLength; shift += 7)
        {
            if (!reader.TryRead(out var octet)) return false;

            value |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80) return true;
        }

        return false;
    }
}
