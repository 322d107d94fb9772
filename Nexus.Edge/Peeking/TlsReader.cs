using System.Buffers.Binary;

namespace Nexus.Edge.Peeking;

/// <summary>A cursor over TLS presentation language; every length is checked before use.</summary>
internal ref struct TlsReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsEmpty => _rest.IsEmpty;

    public bool TryReadByte(out byte value)
    {
        value = _rest.IsEmpty ? (byte)0 : _rest[0];
        return TrySkip(1);
    }

    public bool TryReadUInt16(out ushort value)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(_rest, out value)) return false;
        _rest = _rest[sizeof(ushort)..];
        return true;
    }

    public bool TrySkip(int count)
    {
        if (_rest.Length < count) return false;
        _rest = _rest[count..];
        return true;
    }

    /// <summary>A vector whose length is one byte.</summary>
    public bool TryReadVector8(out ReadOnlySpan<byte> vector)
    {
        vector = default;
        return TryReadByte(out var length) && TryTake(length, out vector);
    }

    /// <summary>A vector whose length is two bytes.</summary>
    public bool TryReadVector16(out ReadOnlySpan<byte> vector)
    {
        vector = default;
        return TryReadUInt16(out var length) && TryTake(length, out vector);
    }

    private bool TryTake(int length, out ReadOnlySpan<byte> taken)
    {
        taken = _rest.Length < length ? default : _rest[..length];
        return TrySkip(length);
    }
}
