using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Nexus.ServiceDefaults;

/// <summary>Networks as people write them: an address with a prefix length, or an address alone; host bits do not matter.</summary>
public static class NetworkText
{
    /// <summary>Reads <c>10.0.0.0/8</c>, <c>2001:db8::/32</c> or an address. Not a network: mapped IPv4 and addresses with a zone.</summary>
    public static bool TryParse(string? text, out IPNetwork network)
    {
        network = default;
        if (text is null || text.Contains('%', StringComparison.Ordinal)) return false;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? text : text.AsSpan(0, slash), out var address) || address.IsIPv4MappedToIPv6) return false;
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var length = bits;
        if (slash >= 0 && !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length)) return false;
        if (length > bits) return false;
        network = new(Mask(address, length), length);
        return true;
    }

    /// <summary>Reads texts that were validated before.</summary>
    /// <exception cref="ArgumentException">One of them is no network.</exception>
    public static IEnumerable<IPNetwork> Parse(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return texts.Select(text => TryParse(text, out var network) ? network : throw new ArgumentException($"\"{text}\" is not a network."));
    }

    private static IPAddress Mask(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(length - (8 * i), 0, 8);
            bytes[i] &= (byte)(0xff << (8 - kept));
        }

        return new(bytes);
    }
}
