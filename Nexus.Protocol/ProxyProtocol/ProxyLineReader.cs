namespace Nexus.Protocol.ProxyProtocol;

/// <summary>
/// Version 1: <c>PROXY TCP4 192.0.2.1 198.51.100.7 5000 443 CR LF</c>. Strict: single spaces, no leading zeros, both
/// addresses of the family named.
/// </summary>
internal static class ProxyLineReader
{
    public static ReadOnlySpan<byte> Prefix => "PROXY "u8;

    public static ProxyHeaderStatus Read(ReadOnlySpan<byte> received, out ProxyHeader header)
    {
        header = default;
        if (!ProxyHeaderReader.BeginsLike(received, Prefix)) return ProxyHeaderStatus.NotProxy;
        var searched = received[..Math.Min(received.Length, ProxyHeader.MaxLengthV1)];
        var end = searched.IndexOfAnyExceptInRange((byte)' ', (byte)'~');
        if (end < 0) return received.Length < ProxyHeader.MaxLengthV1 ? ProxyHeaderStatus.NeedMore : ProxyHeaderStatus.Malformed;
        if (searched[end] != '\r' || (end + 1 < searched.Length && searched[end + 1] != '\n')) return ProxyHeaderStatus.Malformed;
        if (end + 1 == searched.Length) return received.Length < ProxyHeader.MaxLengthV1 ? ProxyHeaderStatus.NeedMore : ProxyHeaderStatus.Malformed;

        var line = searched[Prefix.Length..end];
        var isKnown = TryReadAddresses(line, out var addresses);
        if (!isKnown && !IsUnknown(line)) return ProxyHeaderStatus.Malformed;
        header = new() { Version = 1, Command = isKnown ? ProxyCommand.Proxy : ProxyCommand.Local, Addresses = addresses, Length = end + 2 };
        return ProxyHeaderStatus.Found;
    }

    /// <summary>What follows UNKNOWN is to be ignored.</summary>
    private static bool IsUnknown(ReadOnlySpan<byte> line) => line.SequenceEqual("UNKNOWN"u8) || line.StartsWith("UNKNOWN "u8);

    private static bool TryReadAddresses(ReadOnlySpan<byte> line, out ProxyAddresses addresses)
    {
        addresses = default;
        var isIPv6 = line.StartsWith("TCP6 "u8);
        if (!isIPv6 && !line.StartsWith("TCP4 "u8)) return false;
        var rest = line["TCP4 ".Length..];
        if (!TryReadAddress(ref rest, isIPv6, out var source) || !TryReadAddress(ref rest, isIPv6, out var destination)) return false;

        var space = rest.IndexOf((byte)' ');
        if (space < 0 || !ProxyAddressText.TryReadNumber(rest[..space], ushort.MaxValue, out var sourcePort)) return false;
        if (!ProxyAddressText.TryReadNumber(rest[(space + 1)..], ushort.MaxValue, out var destinationPort)) return false;
        addresses = new(isIPv6 ? ProxyTransport.Tcp6 : ProxyTransport.Tcp4, new(isIPv6, source, (ushort)sourcePort), new(isIPv6, destination, (ushort)destinationPort));
        return true;
    }

    private static bool TryReadAddress(ref ReadOnlySpan<byte> rest, bool isIPv6, out UInt128 bits)
    {
        bits = default;
        var space = rest.IndexOf((byte)' ');
        if (space < 0) return false;
        var text = rest[..space];
        rest = rest[(space + 1)..];
        if (isIPv6) return ProxyAddressText.TryReadIPv6(text, out bits);
        if (!ProxyAddressText.TryReadIPv4(text, out var ipv4)) return false;
        bits = ipv4;
        return true;
    }
}
