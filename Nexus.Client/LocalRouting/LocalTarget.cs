using System.Buffers;
using System.Globalization;

namespace Nexus.Client.LocalRouting;

/// <summary>Where a stream is dialled: a host name or address, and a port.</summary>
internal readonly record struct LocalTarget(string Host, int Port)
{
    private static readonly SearchValues<char> s_notInHosts = SearchValues.Create(" \t\r\n[]/");

    /// <summary>Reads <c>host:port</c>, <c>[v6]:port</c> or <c>:port</c> (this machine); the port may be a service's name.</summary>
    public static bool TryParse(string text, out LocalTarget target)
    {
        target = default;
        text = text.Trim();
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !TryReadPort(text[(colon + 1)..], out var port)) return false;
        var host = text[..colon];
        if (host is ['[', .. var inner, ']']) host = inner;
        else if (host.Contains(':', StringComparison.Ordinal)) return false;
        if (host.Length == 0) host = "localhost";
        if (host.AsSpan().ContainsAny(s_notInHosts)) return false;
        target = new(host, port);
        return true;
    }

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    private static bool TryReadPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) ? port is > 0 and <= 65_535 : ServiceNames.TryFindPort(text, out port);
}
