using System.Buffers.Binary;

namespace Nexus.Protocol.Backend.Signatures;

/// <summary>
/// A number modulo p = 2^255 − 19 in four words, not always fully reduced. Takes different times for different values: for
/// public values only.
/// </summary>
internal readonly struct Field25519(ulong w0, ulong w1, ulong w2, ulong w3)
{
    public const int Size = 32;

    private const ulong Fold = 38; // 2^256 = 38 modulo p
    private const ulong P0 = 0xFFFF_FFFF_FFFF_FFED;
    private const ulong P3 = 0x7FFF_FFFF_FFFF_FFFF;

    private readonly ulong _w0 = w0;
    private readonly ulong _w1 = w1;
    private readonly ulong _w2 = w2;
    private readonly ulong _w3 = w3;

    public static Field25519 Zero => default;

    public static Field25519 One => new(1, 0, 0, 0);

    public bool IsZero => Reduce() is { _w0: 0, _w1: 0, _w2: 0, _w3: 0 };

    /// <summary>The lowest bit of the reduced value: the "sign" of an x coordinate (RFC 8032 §5.1.2).</summary>
    public bool IsOdd => (Reduce()._w0 & 1) != 0;

    public static Field25519 operator +(in Field25519 a, in Field25519 b)
    {
        ulong carry = 0;
        return AddFolded(AddWord(a._w0, b._w0, ref carry), AddWord(a._w1, b._w1, ref carry), AddWord(a._w2, b._w2, ref carry), AddWord(a._w3, b._w3, ref carry), carry * Fold);
    }

    public static Field25519 operator -(in Field25519 a, in Field25519 b)
    {
        ulong borrow = 0;
        var result = new Field25519(SubtractWord(a._w0, b._w0, ref borrow), SubtractWord(a._w1, b._w1, ref borrow), SubtractWord(a._w2, b._w2, ref borrow), SubtractWord(a._w3, b._w3, ref borrow));
        while (borrow != 0)
        {
            var take = borrow * Fold;
            borrow = 0;
            result = new(SubtractWord(result._w0, take, ref borrow), SubtractWord(result._w1, 0, ref borrow), SubtractWord(result._w2, 0, ref borrow), SubtractWord(result._w3, 0, ref borrow));
        }

        return result;
    }

    public static Field25519 operator *(in Field25519 a, in Field25519 b)
    {
        Span<ulong> product = stackalloc ulong[8];
        product.Clear();
        ReadOnlySpan<ulong> left = [a._w0, a._w1, a._w2, a._w3];
        ReadOnlySpan<ulong> right = [b._w0, b._w1, b._w2, b._w3];
        for (var i = 0; i < 4; i++)
        {
            ulong carry = 0;
            for (var j = 0; j < 4; j++) product[i + j] = MultiplyAdd(left[i], right[j], product[i + j], ref carry);
            product[i + 4] = carry;
        }

        ulong top = 0;
        var r0 = MultiplyAdd(product[4], Fold, product[0], ref top);
        var r1 = MultiplyAdd(product[5], Fold, product[1], ref top);
        var r2 = MultiplyAdd(product[6], Fold, product[2], ref top);
        var r3 = MultiplyAdd(product[7], Fold, product[3], ref top);
        return AddFolded(r0, r1, r2, r3, top * Fold); // top is at most 38
    }

    /// <summary>To the power of a little-endian number.</summary>
    public Field25519 Power(ReadOnlySpan<byte> exponent)
    {
        var result = One;
        for (var bit = (exponent.Length * 8) - 1; bit >= 0; bit--)
        {
            result *= result;
            if ((exponent[bit >> 3] >> (bit & 7) & 1) != 0) result *= this;
        }

        return result;
    }

    /// <summary>1/x, by Fermat: x^(p − 2). Zero for zero.</summary>
    public Field25519 Invert()
    {
        Span<byte> exponent = stackalloc byte[Size];
        exponent.Fill(0xFF);
        exponent[0] = 0xEB;
        exponent[31] = 0x7F;
        return Power(exponent);
    }

    public bool EqualTo(in Field25519 other) => (this - other).IsZero;

    /// <summary>Reads 255 bits, little-endian; false when they are not below p, which no honest encoder writes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Field25519 value)
    {
        value = new(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]) & P3);
        return !value.IsAtLeastP;
    }

    /// <summary>Writes the reduced value, little-endian.</summary>
    public void Write(Span<byte> destination)
    {
        var reduced = Reduce();
        BinaryPrimitives.WriteUInt64LittleEndian(destination, reduced._w0);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], reduced._w1);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], reduced._w2);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], reduced._w3);
    }

    private bool IsAtLeastP => _w3 > P3 || (_w3 == P3 && _w2 == ulong.MaxValue && _w1 == ulong.MaxValue && _w0 >= P0);

    private Field25519 Reduce()
    {
        var value = this;
        while (value.IsAtLeastP)
        {
            ulong borrow = 0;
            value = new(SubtractWord(value._w0, P0, ref borrow), SubtractWord(value._w1, ulong.MaxValue, ref borrow), SubtractWord(value._w2, ulong.MaxValue, ref borrow), SubtractWord(value._w3, P3, ref borrow));
        }

        return value;
    }

    private static Field25519 AddFolded(ulong r0, ulong r1, ulong r2, ulong r3, ulong more)
    {
        while (more != 0)
        {
            ulong carry = 0;
            r0 = AddWord(r0, more, ref carry);
            r1 = AddWord(r1, 0, ref carry);
            r2 = AddWord(r2, 0, ref carry);
            r3 = AddWord(r3, 0, ref carry);
            more = carry * Fold;
        }

        return new(r0, r1, r2, r3);
    }

    private static ulong AddWord(ulong a, ulong b, ref ulong carry)
    {
        var sum = (UInt128)a + b + carry;
        carry = (ulong)(sum >> 64);
        return (ulong)sum;
    }

    private static ulong SubtractWord(ulong a, ulong b, ref ulong borrow)
    {
        var first = a - b;
        var result = first - borrow;
        borrow = (a < b ? 1UL : 0UL) + (first < borrow ? 1UL : 0UL);
        return result;
    }

    /// <summary>a·b + c + carry: at most 2^128 − 1, so nothing is lost.</summary>
    private static ulong MultiplyAdd(ulong a, ulong b, ulong c, ref ulong carry)
    {
        var high = Math.BigMul(a, b, out var low);
        low += c;
        if (low < c) high++;
        low += carry;
        if (low < carry) high++;
        carry = high;
        return low;
    }
}
