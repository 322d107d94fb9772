namespace Nexus.Protocol.Backend.Signatures;

/// <summary>A point of edwards25519 in the extended coordinates of RFC 8032 §5.1.4. For public values only.</summary>
internal readonly struct EdwardsPoint(in Field25519 x, in Field25519 y, in Field25519 z, in Field25519 t)
{
    private static readonly Field25519 s_d = Zero - (Number(121_665) * Number(121_666).Invert());
    private static readonly Field25519 s_doubleD = s_d + s_d;
    private static readonly Field25519 s_rootOfMinusOne = Number(2).Power(QuarterOfP);

    private readonly Field25519 _x = x;
    private readonly Field25519 _y = y;
    private readonly Field25519 _z = z;
    private readonly Field25519 _t = t;

    public static EdwardsPoint Neutral => new(Field25519.Zero, Field25519.One, Field25519.One, Field25519.Zero);

    /// <summary>The generator B: y = 4/5, x even.</summary>
    public static EdwardsPoint Base { get; } = MakeBase();

    public bool IsNeutral => _x.IsZero && _y.EqualTo(_z);

    private static Field25519 Zero => Field25519.Zero;

    /// <summary>(p − 1)/4 = 2^253 − 5.</summary>
    private static ReadOnlySpan<byte> QuarterOfP =>
        [0xFB, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F];

    /// <summary>(p − 5)/8 = 2^252 − 3.</summary>
    private static ReadOnlySpan<byte> RootExponent =>
        [0xFD, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F];

    public static EdwardsPoint operator -(in EdwardsPoint point) => new(Zero - point._x, point._y, point._z, Zero - point._t);

    public static EdwardsPoint operator +(in EdwardsPoint p, in EdwardsPoint q)
    {
        var a = (p._y - p._x) * (q._y - q._x);
        var b = (p._y + p._x) * (q._y + q._x);
        var c = p._t * s_doubleD * q._t;
        var d = p._z * q._z;
        d += d;
        var (e, f, g, h) = (b - a, d - c, d + c, b + a);
        return new(e * f, g * h, f * g, e * h);
    }

    public EdwardsPoint Double()
    {
        var a = _x * _x;
        var b = _y * _y;
        var c = _z * _z;
        c += c;
        var h = a + b;
        var sum = _x + _y;
        var e = h - (sum * sum);
        var g = a - b;
        var f = c + g;
        return new(e * f, g * h, f * g, e * h);
    }

    /// <summary>a·p + b·q for little-endian numbers of 32 bytes.</summary>
    public static EdwardsPoint Combine(ReadOnlySpan<byte> a, in EdwardsPoint p, ReadOnlySpan<byte> b, in EdwardsPoint q)
    {
        var both = p + q;
        var result = Neutral;
        for (var bit = (Field25519.Size * 8) - 1; bit >= 0; bit--)
        {
            result = result.Double();
            switch (Bit(a, bit), Bit(b, bit))
            {
                case (true, true):
                    result += both;
                    break;
                case (true, false):
                    result += p;
                    break;
                case (false, true):
                    result += q;
                    break;
            }
        }

        return result;
    }

    /// <summary>RFC 8032 §5.1.3; false for what no honest encoder writes.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out EdwardsPoint point)
    {
        point = Neutral;
        if (bytes.Length != Field25519.Size || !Field25519.TryRead(bytes, out var y)) return false;
        var square = y * y;
        var u = square - Field25519.One;
        var v = (s_d * square) + Field25519.One;
        var v3 = v * v * v;
        var x = u * v3 * (u * v3 * v3 * v).Power(RootExponent);
        var check = v * x * x;
        if (check.EqualTo(Zero - u)) x *= s_rootOfMinusOne;
        else if (!check.EqualTo(u)) return false;

        var isNegative = (bytes[31] & 0x80) != 0;
        if (x.IsZero && isNegative) return false;
        if (x.IsOdd != isNegative) x = Zero - x;
        point = new(x, y, Field25519.One, x * y);
        return true;
    }

    /// <summary>RFC 8032 §5.1.2.</summary>
    public void Encode(Span<byte> destination)
    {
        var inverse = _z.Invert();
        (_y * inverse).Write(destination);
        if ((_x * inverse).IsOdd) destination[31] |= 0x80;
    }

    private static bool Bit(ReadOnlySpan<byte> number, int bit) => (number[bit >> 3] >> (bit & 7) & 1) != 0;

    private static Field25519 Number(ulong value) => new(value, 0, 0, 0);

    private static EdwardsPoint MakeBase()
    {
        Span<byte> bytes = stackalloc byte[Field25519.Size];
        (Number(4) * Number(5).Invert()).Write(bytes);
        return TryDecode(bytes, out var point) ? point : throw new BadImageFormatException("4/5 is the generator's y.");
    }
}
