using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Nexus.Protocol.Backend;

/// <summary>
/// Names one user connection inside a session: a UUID, 16 bytes in the order of its text (RFC 4122 network order), which is
/// not the order of <see cref="Guid"/>'s default layout.
/// </summary>
public readonly struct StreamId : IEquatable<StreamId>
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 16;

    /// <summary>Bytes of the text form, lower-case with hyphens.</summary>
    public const int TextLength = 36;

    private const int HexLength = 32;

    private readonly ulong _high;
    private readonly ulong _low;

    private StreamId(ulong high, ulong low)
    {
        _high = high;
        _low = low;
    }

    /// <summary>Whether all bytes are zero, which is what a message without an id carries.</summary>
    public bool IsNil => (_high | _low) == 0;

    /// <summary>A new random (version 4) id from the system's cryptographic generator.</summary>
    public static StreamId New()
    {
        Span<byte> bytes = stackalloc byte[Size];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40); // version 4
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80); // RFC 4122 variant
        return Read(bytes);
    }

    /// <summary>Reads the first 16 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 16 bytes.</exception>
    public static StreamId Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(source), BinaryPrimitives.ReadUInt64BigEndian(source[sizeof(ulong)..]));

    /// <summary>Writes 16 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 16 bytes of room.</exception>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt64BigEndian(destination[sizeof(ulong)..], _low);
    }

    /// <summary>
    /// Reads UUID text in either case: with hyphens, as 32 hex digits, in braces, or with <c>urn:uuid:</c> in front.
    /// Anything else, empty text included, is refused.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out StreamId id)
    {
        id = default;
        if (utf8.Length == TextLength + 9 && System.Text.Ascii.EqualsIgnoreCase(utf8[..9], "urn:uuid:"u8)) utf8 = utf8[9..];
        else if (utf8 is [(byte)'{', .. { Length: TextLength } inner, (byte)'}']) utf8 = inner;

        Span<byte> digits = stackalloc byte[HexLength];
        if (utf8.Length == TextLength)
        {
            if (utf8[8] != '-' || utf8[13] != '-' || utf8[18] != '-' || utf8[23] != '-') return false;
            utf8[..8].CopyTo(digits);
            utf8[9..13].CopyTo(digits[8..]);
            utf8[14..18].CopyTo(digits[12..]);
            utf8[19..23].CopyTo(digits[16..]);
            utf8[24..].CopyTo(digits[20..]);
        }
        else if (utf8.Length == HexLength)
        {
            utf8.CopyTo(digits);
        }
        else
        {
            return false;
        }

        if (!TryParseHex(digits[..16], out var high) || !TryParseHex(digits[16..], out var low)) return false;
        id = new StreamId(high, low);
        return true;
    }

    /// <summary>Writes the lower-case text with hyphens, <see cref="TextLength"/> bytes of UTF-8; false when there is no room.</summary>
    public bool TryFormat(Span<byte> utf8, out int written) => ToGuid().TryFormat(utf8, out written);

    /// <summary>The same id as a <see cref="Guid"/> with the same text.</summary>
    public Guid ToGuid()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        return new Guid(bytes, bigEndian: true);
    }

    /// <inheritdoc/>
    public bool Equals(StreamId other) => _high == other._high && _low == other._low;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is StreamId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_high, _low);

    /// <summary>The lower-case text with hyphens.</summary>
    public override string ToString() => ToGuid().ToString();

    /// <summary>Whether both name the same stream.</summary>
    public static bool operator ==(StreamId left, StreamId right) => left.Equals(right);

    /// <summary>Whether they name different streams.</summary>
    public static bool operator !=(StreamId left, StreamId right) => !left.Equals(right);

    private static bool TryParseHex(ReadOnlySpan<byte> digits, out ulong value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            int nibble = digit switch
            {
                >= (byte)'0' and <= (byte)'9' => digit - '0',
                >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
                _ => -1,
            };
            if (nibble < 0) return false;
            value = (value << 4) | (uint)nibble;
        }

        return true;
    }
}
