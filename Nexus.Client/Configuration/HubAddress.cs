using System.Diagnostics.CodeAnalysis;

namespace Nexus.Client.Configuration;

/// <summary>Where a hub listens: a WebSocket address, checked once.</summary>
internal sealed record HubAddress
{
    private HubAddress(Uri uri) => Uri = uri;

    public Uri Uri { get; }

    public bool IsSecure => Uri.Scheme == Uri.UriSchemeWss;

    /// <summary>Name for SNI and for the certificate check; without brackets for IPv6.</summary>
    public string Host => Uri.HostNameType == UriHostNameType.IPv6 ? Uri.DnsSafeHost : Uri.IdnHost;

    public int Port => Uri.Port;

    /// <summary>The Host header: with the port only where it is not the scheme's own.</summary>
    public string Authority
    {
        get
        {
            var host = Uri.HostNameType == UriHostNameType.IPv6 ? $"[{Host}]" : Host;
            return Uri.IsDefaultPort ? host : $"{host}:{Port}";
        }
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out HubAddress? address, [NotNullWhen(false)] out string? problem)
    {
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

    public override string ToString() => Uri.ToString();
}
