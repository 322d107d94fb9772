using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Nexus.Client.LocalRouting;

namespace Nexus.Client.Socks5;

/// <summary>Reads where to listen.</summary>
internal static class Socks5EndPoint
{
    /// <summary><c>127.0.0.1:1080</c>, <c>[::1]:1080</c>, <c>localhost:1080</c>; <c>:1080</c> is every address of the machine.</summary>
    /// <exception cref="SocketException">The name has no address.</exception>
    public static bool TryFind(string text, [NotNullWhen(true)] out IPEndPoint? endPoint)
    {
        endPoint = null;
        text = text.Trim();
        if (!TryParse(text, out var target)) return false;
        if (text.StartsWith(':')) endPoint = new(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, target.Port);
        else if (IPAddress.TryParse(target.Host, out var address)) endPoint = new(address, target.Port);
        else endPoint = new(Dns.GetHostAddresses(target.Host)[0], target.Port);
        return true;
    }

    /// <summary>Port 0, a free one, is of use to nobody who dials.</summary>
    private static bool TryParse(string text, out LocalTarget target)
    {
        if (!text.EndsWith(":0", StringComparison.Ordinal)) return LocalTarget.TryParse(text, out target);
        if (!LocalTarget.TryParse(text[..^1] + "1", out target)) return false;
        target = target with { Port = 0 };
        return true;
    }
}
