using System.Buffers;
using System.Globalization;
using System.Text;

namespace Grpc.Core.Wire;

/// <summary>Percent-encoding of `grpc-message`: UTF-8, where all but printable ASCII and '%' itself is written as %XX.</summary>
internal static class StatusMessage
{
    private const string HexDigits = "0123456789ABCDEF";

    private static readonly SearchValues<char> s_plain = SearchValues.Create(
        Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Where(character => character != '%').ToArray());

    public static string Encode(string message)
    {
        if (!message.AsSpan().ContainsAnyExcept(s_plain)) return message;

        var encoded = new StringBuilder(message.Length * 2);
        foreach (var octet in Encoding.UTF8.GetBytes(message))
        {
            if (s_plain.Contains((char)octet)) encoded.Append((char)octet);
            else encoded.Append('%').Append(HexDigits[octet >> 4]).Append(HexDigits[octet & 15]);
        }

        return encoded.ToString();
    }

    /// <summary>Never fails: what is not a valid escape stands for itself.</summary>
    public static string Decode(string encoded)
    {
        if (!encoded.Contains('%', StringComparison.Ordinal)) return encoded;

        var source = Encoding.UTF8.GetBytes(encoded);
        var length = 0;
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] == '%' && i + 2 < source.Length
                && byte.TryParse(source.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                source[length++] = octet;
                i += 2;
            }
            else
            {
                source[length++] = source[i];
            }
        }

        return Encoding.UTF8.GetString(source, 0, length);
    }
}
