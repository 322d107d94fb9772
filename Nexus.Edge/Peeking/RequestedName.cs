using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Nexus.Edge.Peeking;

/// <summary>
/// Turns the bytes of an SNI or Host into a normalised host name, or refuses them. Stricter than DNS where laxness could
/// only reach a route by mistake: no addresses (an all-numeric last label), no ':' (port-claim keys), no '*', no empty labels.
/// </summary>
internal static class RequestedName
{
    private const int MaxNameLength = 253; // RFC 1035 §2.3.4, in text form
    private const int MaxLabelLength = 63;

    // '_' is no letter of RFC 1123 host names, yet DNS has it and browsers send it.
    private static readonly SearchValues<byte> s_nameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."u8);

    public static bool TryRead(ReadOnlySpan<byte> text, [NotNullWhen(true)] out string? host)
    {
        host = null;
        if (text is [.., (byte)'.']) text = text[..^1]; // sent by browsers for https://host./
        if (text.Length is 0 or > MaxNameLength || text.ContainsAnyExcept(s_nameBytes)) return false;

        var rest = text;
        while (true)
        {
            var dot = rest.IndexOf((byte)'.');
            var label = dot < 0 ? rest : rest[..dot];
            if (label.Length is 0 or > MaxLabelLength || label[0] == '-' || label[^1] == '-') return false;
            if (dot < 0)
            {
                if (!label.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false; // RFC 3696 §2: an address, not a name
                break;
            }
            rest = rest[(dot + 1)..];
        }

        host = string.Create(text.Length, text, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
                target[i] = (char)(source[i] is >= (byte)'A' and <= (byte)'Z' ? source[i] | 0x20 : source[i]);
        });
        return true;
    }

    /// <summary>Reads <c>host [":" port]</c>; the port is checked and dropped.</summary>
    public static bool TryReadAuthority(ReadOnlySpan<byte> text, [NotNullWhen(true)] out string? host)
    {
        var colon = text.IndexOf((byte)':');
        if (colon < 0) return TryRead(text, out host);
        if (IsPort(text[(colon + 1)..])) return TryRead(text[..colon], out host);
        host = null;
        return false;
    }

    /// <summary>The same for text that an HTTP server read as Latin-1.</summary>
    public static bool TryReadAuthority(string text, [NotNullWhen(true)] out string? host)
    {
        host = null;
        if (text.Length > 2 * MaxNameLength) return false;
        Span<byte> bytes = stackalloc byte[2 * MaxNameLength];
        return Ascii.IsValid(text) && TryReadAuthority(bytes[..Encoding.ASCII.GetBytes(text, bytes)], out host);
    }

    private static bool IsPort(ReadOnlySpan<byte> digits) // RFC 3986 §3.2.3: *DIGIT
    {
        digits = digits.TrimStart((byte)'0');
        if (digits.Length > 5 || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        var port = 0;
        foreach (var digit in digits) port = port * 10 + (digit - '0');
        return port <= ushort.MaxValue;
    }
}
