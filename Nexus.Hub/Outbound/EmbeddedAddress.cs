using System.Net;
using System.Net.Sockets;

namespace Nexus.Hub.Outbound;

/// <summary>IPv4 addresses inside IPv6 ones: a translator or tunnel on the way dials what is inside.</summary>
internal static class EmbeddedAddress
{
    private static readonly IPNetwork s_nat64 = IPNetwork.Parse("64:ff9b::/96"); // RFC 6052
    private static readonly IPNetwork s_sixToFour = IPNetwork.Parse("2002::/16"); // RFC 3056

    public static bool IsNat64(IPAddress address) => s_nat64.Contains(address);

    /// <summary>The address as it is dialled: without a zone, and IPv4 where it is only mapped (RFC 4291 §2.5.5.2).</summary>
    public static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address.AddressFamily == AddressFamily.InterNetworkV6 ? new(address.GetAddressBytes()) : address;

    /// <summary>What is inside a plain address; null when nothing is.</summary>
    public static IPAddress? Find(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return null;
        var bytes = address.GetAddressBytes();
        if (s_nat64.Contains(address)) return new(bytes.AsSpan(12));
        return s_sixToFour.Contains(address) ? new(bytes.AsSpan(2, 4)) : null;
    }
}
