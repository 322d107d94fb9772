using System.Net;
using System.Net.Sockets;

namespace Nexus.Hub.Networks;

/// <summary>
/// Tells addresses of the public internet from those that mean something only here: what a stranger makes the hub connect to must
/// not be its own machine, its neighbours or a cloud's metadata service (IANA special-purpose registries, RFC 6890).
/// </summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] s_notPublic4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("192.88.99.0/24"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("224.0.0.0/4"), IPNetwork.Parse("240.0.0.0/4"),
        IPNetwork.Parse("168.63.129.16/32"), // public by its number only: a cloud's host, with its machines' settings
    ];

    /// <summary>Everything else in IPv6 is local, multicast or not given out.</summary>
    private static readonly IPNetwork s_global6 = IPNetwork.Parse("2000::/3");

    /// <summary>The parts of it that are not: protocol assignments and Teredo, documentation, 6to4 (whose inner address may be anything).</summary>
    private static readonly IPNetwork[] s_notPublic6 =
        [IPNetwork.Parse("2001::/23"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("2002::/16"), IPNetwork.Parse("3fff::/20")];

    /// <summary>The IPv4 internet behind a translator (RFC 6052): the last four bytes are the address that is reached.</summary>
    private static readonly IPNetwork s_translated = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether the address is one of the public internet. Mapped and translated IPv4 addresses are judged by the address inside.</summary>
    public static bool IsPublic(IPAddress address)
    {
        var plain = Unwrap(address);
        if (plain.AddressFamily == AddressFamily.InterNetwork) return !Array.Exists(s_notPublic4, network => network.Contains(plain));
        return s_global6.Contains(plain) && !Array.Exists(s_notPublic6, network => network.Contains(plain));
    }

    /// <summary>The IPv4 address inside a mapped or translated one; others as they are, without a scope.</summary>
    public static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return s_translated.Contains(new IPAddress(bytes)) ? new IPAddress(bytes.AsSpan(12)) : new IPAddress(bytes);
    }
}
