using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Nexus.Protocol.Backend;

/// <summary>Lenient access to the strings of a JSON reader: bad UTF-8 and lone surrogates become U+FFFD where the reader itself throws.</summary>
internal static class JsonText
{
    /// <summary>Most bytes that an escaped character of one byte takes.</summary>
    public const int MaxEscape = 6;

    /// <summary>
    /// The string's UTF-8 bytes: the reader's own when nothing is escaped, else decoded into <paramref name="buffer"/>.
    /// False when it is longer, as written, than the buffer.
    /// </summary>
    public static bool TryGetUtf8(ref readonly Utf8JsonReader reader, Span<byte> buffer, out ReadOnlySpan<byte> utf8)
    {
        utf8 = reader.ValueSpan;
        if (utf8.Length > buffer.Length) return false;
        if (reader.ValueIsEscaped) utf8 = buffer[..Unescape(utf8, buffer)];
        return true;
    }

    /// <summary>The whole string; its length is bounded by that of the JSON text.</summary>
    public static string GetString(ref readonly Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return Encoding.UTF8.GetString(reader.ValueSpan);
        var buffer = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            return Encoding.UTF8.GetString(buffer, 0, Unescape(reader.ValueSpan, buffer));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Decodes escapes that the reader has checked. The result is never longer than the source.</summary>
    private static int Unescape(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var written = 0;
        for (var i = 0; i < source.Length;)
        {
            if (source[i] != '\\')
            {
                destination[written++] = source[i++];
                continue;
            }

            var kind = source[i + 1];
            i += 2;
            if (kind != 'u')
            {
                destination[written++] = Simple(kind);
                continue;
            }

            var rune = ReadUnicode(source, ref i);
            written += rune.EncodeToUtf8(destination[written..]);
        }

        return written;
    }

    private static byte Simple(byte kind) => kind switch
    {
        (byte)'b' => 0x08,
        (byte)'f' => 0x0c,
        (byte)'n' => 0x0a,
        (byte)'r' => 0x0d,
        (byte)'t' => 0x09,
        _ => kind, // quote, backslash, slash
    };

    private static Rune ReadUnicode(ReadOnlySpan<byte> source, ref int index)
    {
        var first = ReadUnit(source[index..]);
        index += 4;
        if (Rune.TryCreate(first, out var rune)) return rune;
        if (char.IsHighSurrogate(first) && source[index..] is [(byte)'\\', (byte)'u', _, _, _, _, ..]
            && Rune.TryCreate(first, ReadUnit(source[(index + 2)..]), out rune))
        {
            index += 6;
            return rune;
        }

        return Rune.ReplacementChar;
    }

    private static char ReadUnit(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits[..4], out ushort unit, out _, 'x') ? (char)unit : '\uFFFD';
}
