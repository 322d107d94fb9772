using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Nexus.Client.Outbound;

/// <summary>Where a connection goes: a name, which only the hub resolves, or an address; and a port.</summary>
internal readonly record struct OutboundAddress(string Host, int Port)
{
    /// <summary>As hubs read it: IPv6 in brackets, mapped IPv4 as IPv4.</summary>
    public static OutboundAddress Of(IPAddress address, int port) => new((address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString(), port);

    /// <summary>A name as it is; the text of an address, with or without brackets, as the address.</summary>
    public static OutboundAddress Of(string host, int port) => IPAddress.TryParse(host, out var address) ? Of(address, port) : new(host, port);

    public override string ToString() =>
        IPAddress.TryParse(Host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6
            ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
            : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
