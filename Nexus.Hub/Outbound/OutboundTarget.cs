using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Nexus.Hub.Outbound;

/// <summary>What a backend wants dialled.</summary>
/// <param name="Host">A name or an address, without brackets.</param>
/// <param name="Port">1 to 65535.</param>
internal readonly record struct OutboundTarget(string Host, int Port)
{
    /// <summary>A name of 253 characters, brackets, a colon and a port fit (spec/node.md §6).</summary>
    public const int MaxBytes = 260;

    /// <summary>Reads <c>host:port</c>, IPv6 addresses in brackets. Null, or the first thing that is wrong.</summary>
    public static OutboundRefusal? TryParse(string? text, out OutboundTarget target)
    {
        target = default;
        text ??= "";
        if (Encoding.UTF8.GetByteCount(text) > MaxBytes) return OutboundRefusal.TargetTooLong;
        if (text.AsSpan().ContainsAnyInRange('\0', '\x1f') || text.Contains('\x7f', StringComparison.Ordinal)) return OutboundRefusal.ControlCharacters;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || colon == text.Length - 1 || !TryReadHost(text[..colon], out var host)) return OutboundRefusal.InvalidTarget;
        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65_535) return OutboundRefusal.InvalidPort;
        target = new(host, port);
        return null;
    }

    private static bool TryReadHost(string text, out string host)
    {
        host = text;
        if (text is not ['[', .. var inner, ']']) return text.AsSpan().IndexOfAny("[]:") < 0;
        host = inner;
        return IPAddress.TryParse(inner, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;
    }
}
