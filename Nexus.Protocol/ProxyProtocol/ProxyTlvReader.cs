using System.Buffers.Binary;

namespace Nexus.Protocol.ProxyProtocol;

/// <summary>A cursor over extensions: one byte of type, two of length, the value. Reads nothing beyond the bytes it is given.</summary>
public ref struct ProxyTlvReader(ReadOnlySpan<byte> extensions)
{
    internal const int HeaderSize = 3;

    private ReadOnlySpan<byte> _rest = extensions;

    /// <summary>Whether all was read. False after <see cref="TryRead"/> returned false: what is left is malformed.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Reads the next one.</summary>
    /// <returns>False at the end, or when the rest is no extension.</returns>
    public bool TryRead(out ProxyTlvType type, out ReadOnlySpan<byte> value)
    {
        type = default;
        value = default;
        if (_rest.Length < HeaderSize) return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(_rest[1..]);
        if (_rest.Length - HeaderSize < length) return false;
        type = (ProxyTlvType)_rest[0];
        value = _rest.Slice(HeaderSize, length);
        _rest = _rest[(HeaderSize + length)..];
        return true;
    }
}
