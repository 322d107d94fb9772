using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Nexus.Protocol.WebSockets;

/// <summary>Masking of client frames (RFC 6455 §5.3).</summary>
public static class WebSocketMask
{
    /// <summary>XORs <paramref name="payload"/> in place with the repeated four bytes of <paramref name="key"/>, from its first byte on.</summary>
    /// <param name="payload">A whole frame payload; masking it again gives the original.</param>
    /// <param name="key">The four key bytes in wire order, read big-endian.</param>
    public static void Apply(Span<byte> payload, uint key)
    {
        if (key == 0) return;
        // The key's bytes in memory must be in wire order whatever this machine's byte order is.
        var inMemory = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(key) : key;
        var pattern = new Vector<uint>(inMemory);
        var vectors = MemoryMarshal.Cast<byte, Vector<uint>>(payload);
        for (var i = 0; i < vectors.Length; i++) vectors[i] ^= pattern;

        // Vector sizes are multiples of four, so the rest starts at the key's first byte again.
        var rest = payload[(vectors.Length * Vector<byte>.Count)..];
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, key);
        for (var i = 0; i < rest.Length; i++) rest[i] ^= bytes[i & 3];
    }
}
