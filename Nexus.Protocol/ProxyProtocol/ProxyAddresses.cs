using System.Net;

namespace Nexus.Protocol.ProxyProtocol;

/// <summary>Whose connection a proxy relays, and where it was going.</summary>
/// <param name="Transport">Family and transport; of its family are both ends.</param>
/// <param name="Source">The user. The default value unless <see cref="HasEndPoints"/>.</param>
/// <param name="Destination">What the user connected to. The default value unless <see cref="HasEndPoints"/>.</param>
public readonly record struct ProxyAddresses(ProxyTransport Transport, ProxyEndPoint Source, ProxyEndPoint Destination)
{
    /// <summary>Nothing is known.</summary>
    public static ProxyAddresses Unspecified => default;

    /// <summary>Whether there are two IP addresses.</summary>
    public bool HasEndPoints => Transport is ProxyTransport.Tcp4 or ProxyTransport.Tcp6 or ProxyTransport.Udp4 or ProxyTransport.Udp6;

    /// <summary>Whether the transport is UDP.</summary>
    public bool IsUdp => Transport is ProxyTransport.Udp4 or ProxyTransport.Udp6;

    /// <summary>Of a TCP connection.</summary>
    public static ProxyAddresses Tcp(IPEndPoint source, IPEndPoint destination) =>
        Of(ProxyTransport.Tcp4, ProxyTransport.Tcp6, ProxyEndPoint.Of(source), ProxyEndPoint.Of(destination));

    /// <summary>Of a UDP flow.</summary>
    public static ProxyAddresses Udp(IPEndPoint source, IPEndPoint destination) =>
        Of(ProxyTransport.Udp4, ProxyTransport.Udp6, ProxyEndPoint.Of(source), ProxyEndPoint.Of(destination));

    /// <summary>A header has one family for both ends: where they differ, the IPv4 one is written as IPv4-mapped IPv6.</summary>
    private static ProxyAddresses Of(ProxyTransport ipv4, ProxyTransport ipv6, ProxyEndPoint source, ProxyEndPoint destination) =>
        source.IsIPv6 || destination.IsIPv6 ? new(ipv6, source.Mapped(), destination.Mapped()) : new(ipv4, source, destination);
}
