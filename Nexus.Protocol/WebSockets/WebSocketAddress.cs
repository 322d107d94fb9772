using System.Diagnostics.CodeAnalysis;

namespace Nexus.Protocol.WebSockets;

/// <summary>Where a WebSocket server listens (RFC 6455 §3), checked once.</summary>
public sealed record WebSocketAddress
{
    private WebSocketAddress(Uri uri) => Uri = uri;

    /// <summary>Absolute, with the scheme ws or wss, a host, and no user information.</summary>
    public Uri Uri { get; }

    /// <summary>Whether it speaks TLS (wss).</summary>
    public bool IsSecure => Uri.Scheme == Uri.UriSchemeWss;

    /// <summary>Name for DNS, SNI and the certificate check; an IPv6 address has no brackets.</summary>
    public string Host => Uri.HostNameType == UriHostNameType.IPv6 ? Uri.DnsSafeHost : Uri.IdnHost;

    /// <summary>1 to 65 535; the scheme's own when the address names none.</summary>
    public int Port => Uri.Port;

    /// <summary>The Host header: with the port only where it is not the scheme's own.</summary>
    public string Authority => Uri.IsDefaultPort ? HostInAuthority : HostAndPort;

    /// <summary>The host, in brackets if it is an IPv6 address, and always the port.</summary>
    public string HostAndPort => $"{HostInAuthority}:{Port}";

    private string HostInAuthority => Uri.HostNameType == UriHostNameType.IPv6 ? $"[{Host}]" : Host;

    /// <summary>Reads an address.</summary>
    /// <param name="text">Such as "wss://hub.example.com/connect"; blanks around it do not count.</param>
    /// <param name="address">Null when it is none.</param>
    /// <param name="problem">What is wrong, to be put behind the address; null when nothing is.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out WebSocketAddress? address, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        address = null;
        problem = !Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) ? "is not an absolute address."
            : uri.Scheme != Uri.UriSchemeWss && uri.Scheme != Uri.UriSchemeWs ? "must start with wss:// or ws://."
            : uri.Host.Length == 0 ? "has no host."
            : uri.UserInfo.Length > 0 ? "must not contain user information."
            : null;
        if (problem is null && uri is not null)
        {
            address = new(uri);
            return true;
        }

        problem ??= "is not an absolute address.";
        return false;
    }

    /// <summary>The address as it is dialled.</summary>
    public override string ToString() => Uri.ToString();
}
