using System.Buffers.Text;

namespace Nexus.Protocol.Backend;

/// <summary>Base64url of token segments as the original decodes it: no padding, line ends anywhere, unused bits of the last character ignored.</summary>
internal static class Base64UrlText
{
    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>The decoded bytes, or null when a character does not belong or one is left over.</summary>
    public static byte[]? Decode(ReadOnlySpan<byte> text)
    {
        var decoded = new byte[(text.Length * 3 / 4) + 1];
        var length = 0;
        var bits = 0;
        var pending = 0;
        foreach (var character in text)
        {
            if (character is (byte)'\r' or (byte)'\n') continue;
            var value = ValueOf(character);
            if (value < 0) return null;
            bits = ((bits << 6) | value) & 0xffff;
            pending += 6;
            if (pending < 8) continue;
            pending -= 8;
            decoded[length++] = (byte)(bits >> pending);
        }

        return pending == 6 ? null : decoded[..length];
    }

    private static int ValueOf(byte character) => character switch
    {
        >= (byte)'A' and <= (byte)'Z' => character - 'A',
        >= (byte)'a' and <= (byte)'z' => character - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => character - '0' + 52,
        (byte)'-' => 62,
        (byte)'_' => 63,
        _ => -1,
    };
}
