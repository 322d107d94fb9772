using System.Buffers.Text;
using System.Globalization;

namespace Nexus.Protocol.ProxyProtocol;

/// <summary>Addresses in the text of version 1, read strictly and without objects.</summary>
internal static class ProxyAddressText
{
    private const int Groups = 8;

    /// <summary>Four decimal numbers, without leading zeros.</summary>
    public static bool TryReadIPv4(ReadOnlySpan<byte> text, out uint bits)
    {
        bits = 0;
        for (var i = 0; i < 4; i++)
        {
            var dot = text.IndexOf((byte)'.');
            if (dot < 0 == i < 3) return false;
            if (!TryReadNumber(dot < 0 ? text : text[..dot], byte.MaxValue, out var part)) return false;
            bits = bits << 8 | part;
            text = text[(dot + 1)..];
        }
        return true;
    }

    /// <summary>RFC 4291 §2.2: eight groups, "::" once for groups of zeros, the last two possibly as IPv4. No scope.</summary>
    public static bool TryReadIPv6(ReadOnlySpan<byte> text, out UInt128 bits)
    {
        bits = 0;
        var gap = text.IndexOf("::"u8);
        if (gap < 0) return TryReadGroups(text, out bits, out var all) && all == Groups;
        if (!TryReadGroups(text[..gap], out var upper, out var before) || !TryReadGroups(text[(gap + 2)..], out bits, out var after)) return false;
        if (before + after >= Groups) return false; // "::" stands for at least one group
        if (before > 0) bits |= upper << 16 * (Groups - before);
        return before == 0 || !text[..gap].Contains((byte)'.'); // IPv4 only at the end
    }

    /// <summary>A decimal number without leading zeros, signs or spaces.</summary>
    public static bool TryReadNumber(ReadOnlySpan<byte> text, uint max, out uint number)
    {
        number = 0;
        if (text.IsEmpty || (text.Length > 1 && text[0] == '0') || text.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        return Utf8Parser.TryParse(text, out number, out var used) && used == text.Length && number <= max;
    }

    private static bool TryReadGroups(ReadOnlySpan<byte> text, out UInt128 bits, out int count)
    {
        bits = 0;
        count = 0;
        while (!text.IsEmpty)
        {
            var colon = text.IndexOf((byte)':');
            if (colon == text.Length - 1) return false;
            if (colon < 0 && text.Contains((byte)'.'))
            {
                if (!TryReadIPv4(text, out var last)) return false;
                bits = bits << 32 | last;
                count += 2;
                return count <= Groups;
            }
            var group = colon < 0 ? text : text[..colon];
            if (group.Length is 0 or > 4 || !ushort.TryParse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)) return false;
            bits = bits << 16 | value;
            if (++count > Groups) return false;
            text = colon < 0 ? default : text[(colon + 1)..];
        }
        return true;
    }
}
