using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>An address to listen on, as the original writes it: <c>:8443</c> (all addresses), <c>10.0.0.1:8443</c>, <c>[::1]:8443</c>, <c>name:8443</c>.</summary>
internal static class ListenAddress
{
    public static bool TryParse(string text, [NotNullWhen(true)] out IPEndPoint? endPoint, [NotNullWhen(false)] out string? problem)
    {
        (endPoint, problem) = (null, null);
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            problem = "must be an address and a port, like \":8443\" or \"127.0.0.1:8443\".";
            return false;
        }

        if (port > IPEndPoint.MaxPort) problem = $"the port must be between 0 and {IPEndPoint.MaxPort}.";
        else if (FindAddress(text[..colon], out problem) is { } address) endPoint = new(address, port);
        problem ??= endPoint is null ? "has no address." : null;
        return endPoint is not null;
    }

    private static IPAddress? FindAddress(string host, out string? problem)
    {
        problem = null;
        if (host.Length == 0) return Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
        var isBracketed = host is ['[', .., ']'];
        if (IPAddress.TryParse(isBracketed ? host[1..^1] : host, out var address))
        {
            if (isBracketed == (address.AddressFamily == AddressFamily.InterNetworkV6)) return address;
            problem = "an IPv6 address, and no other, stands in brackets: \"[::1]:8443\".";
            return null;
        }

        try
        {
            // As the original does: IPv4 first.
            return Dns.GetHostAddresses(host).OrderBy(found => found.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).First();
        }
        catch (Exception ex) when (ex is SocketException or ArgumentException or InvalidOperationException)
        {
            problem = "the name before the port cannot be resolved.";
            return null;
        }
    }
}
