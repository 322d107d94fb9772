using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Nexus.Protocol.ProxyProtocol;

/// <summary>The checksum of a version 2 header: CRC-32C (RFC 4960 appendix B) with the four bytes of the checksum itself as 0.</summary>
internal static class ProxyChecksum
{
    /// <param name="header">The whole header.</param>
    /// <param name="checksum">The checksum's four bytes, a part of <paramref name="header"/>.</param>
    public static bool IsRight(ReadOnlySpan<byte> header, ReadOnlySpan<byte> checksum)
    {
        var at = (int)Unsafe.ByteOffset(ref MemoryMarshal.GetReference(header), ref MemoryMarshal.GetReference(checksum));
        return Compute(header, at) == BinaryPrimitives.ReadUInt32BigEndian(checksum);
    }

    /// <param name="header">The whole header.</param>
    /// <param name="at">Where the checksum's four bytes stand.</param>
    public static uint Compute(ReadOnlySpan<byte> header, int at)
    {
        var crc = uint.MaxValue;
        crc = Add(crc, header[..at]);
        crc = Add(crc, [0, 0, 0, 0]);
        return ~Add(crc, header[(at + sizeof(uint))..]);
    }

    private static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return crc;
    }
}
