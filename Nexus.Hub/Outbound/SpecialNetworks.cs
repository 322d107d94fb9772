using System.Net;
using System.Net.Sockets;

namespace Nexus.Hub.Outbound;

/// <summary>
/// Addresses that are not a host on the public internet (the registries of RFC 6890): private, shared, loopback, link-local,
/// multicast, reserved, for documentation; and where clouds answer with the machine's own credentials.
/// </summary>
internal static class SpecialNetworks
{
    private static readonly IPNetwork[] s_v4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), // this network, unspecified
        IPNetwork.Parse("10.0.0.0/8"), // private
        IPNetwork.Parse("100.64.0.0/10"), // carriers' NAT; 100.100.100.200 is a metadata service
        IPNetwork.Parse("127.0.0.0/8"), // loopback
        IPNetwork.Parse("168.63.129.16/32"), // a cloud's host, public by its number only
        IPNetwork.Parse("169.254.0.0/16"), // link-local, with the metadata services at 169.254.169.254
        IPNetwork.Parse("172.16.0.0/12"), // private
        IPNetwork.Parse("192.0.0.0/24"), // protocol assignments
        IPNetwork.Parse("192.0.2.0/24"), // documentation
        IPNetwork.Parse("192.88.99.0/24"), // relays from 6to4
        IPNetwork.Parse("192.168.0.0/16"), // private
        IPNetwork.Parse("198.18.0.0/15"), // benchmarks
        IPNetwork.Parse("198.51.100.0/24"), // documentation
        IPNetwork.Parse("203.0.113.0/24"), // documentation
        IPNetwork.Parse("224.0.0.0/4"), // multicast
        IPNetwork.Parse("240.0.0.0/4"), // reserved, and the broadcast address
    ];

    /// <summary>All public hosts of IPv6 are in here; loopback, link-local, site-local, unique-local and multicast are not.</summary>
    private static readonly IPNetwork s_v6Public = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] s_v6 =
    [
        IPNetwork.Parse("2001::/23"), // protocol assignments, Teredo among them
        IPNetwork.Parse("2001:db8::/32"), // documentation
        IPNetwork.Parse("3fff::/20"), // documentation
    ];

    /// <summary>Whether <paramref name="address"/>, which is not IPv4 mapped into IPv6, is one of them.</summary>
    public static bool Contain(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork
            ? s_v4.Any(network => network.Contains(address))
            : (!s_v6Public.Contains(address) && !EmbeddedAddress.IsNat64(address)) || s_v6.Any(network => network.Contains(address));
}
