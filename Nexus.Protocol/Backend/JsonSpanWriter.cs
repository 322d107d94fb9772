using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Nexus.Protocol.Backend;

/// <summary>Writes compact JSON into a span. Running out of room is remembered, not thrown.</summary>
internal ref struct JsonSpanWriter(Span<byte> destination)
{
    private const string Hex = "0123456789abcdef";

    private static readonly SearchValues<char> s_plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .-_:*/+=[]");

    private readonly Span<byte> _destination = destination;

    public int Written { get; private set; }

    public bool HasOverflowed { get; private set; }

    public void Raw(scoped ReadOnlySpan<byte> utf8)
    {
        if (!utf8.TryCopyTo(_destination[Written..])) HasOverflowed = true;
        else Written += utf8.Length;
    }

    public void Id(StreamId id)
    {
        if (!id.TryFormat(_destination[Written..], out var length)) HasOverflowed = true;
        Written += length;
    }

    /// <summary>Nothing for zero.</summary>
    public void Number(ReadOnlySpan<byte> key, long value)
    {
        if (value == 0) return;
        Raw(key);
        if (!Utf8Formatter.TryFormat(value, _destination[Written..], out var length)) HasOverflowed = true;
        Written += length;
    }

    public void Number(ulong value)
    {
        if (!Utf8Formatter.TryFormat(value, _destination[Written..], out var length)) HasOverflowed = true;
        Written += length;
    }

    /// <summary>Nothing for null or empty text.</summary>
    public void Text(ReadOnlySpan<byte> key, string? value)
    {
        if (string.IsNullOrEmpty(value)) return;
        Raw(key);
        Raw("\""u8);
        Escaped(value);
        Raw("\""u8);
    }

    /// <summary>The inside of a string.</summary>
    public void Escaped(ReadOnlySpan<char> text)
    {
        if (text.ContainsAnyExcept(s_plain))
        {
            foreach (var rune in text.EnumerateRunes()) Write(rune); // lone surrogates come out as U+FFFD
            return;
        }

        if (text.Length > _destination.Length - Written) HasOverflowed = true;
        else Written += Encoding.ASCII.GetBytes(text, _destination[Written..]);
    }

    private void Write(Rune rune)
    {
        if (rune.Value is '"' or '\\')
        {
            Raw("\\"u8);
        }
        else if (rune.Value is < 0x20 or '<' or '>' or '&' or 0x2028 or 0x2029)
        {
            WriteEscape(rune.Value);
            return;
        }

        if (!rune.TryEncodeToUtf8(_destination[Written..], out var length)) HasOverflowed = true;
        Written += length;
    }

    private void WriteEscape(int value) => Raw(
    [
        (byte)'\\', (byte)'u', (byte)Hex[value >> 12], (byte)Hex[(value >> 8) & 15], (byte)Hex[(value >> 4) & 15], (byte)Hex[value & 15],
    ]);
}
