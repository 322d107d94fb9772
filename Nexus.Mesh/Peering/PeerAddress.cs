using System.Diagnostics.CodeAnalysis;

namespace Nexus.Mesh.Peering;

/// <summary>Where a peer is dialled.</summary>
internal sealed record PeerAddress
{
    private PeerAddress(Uri uri) => Uri = uri;

    public Uri Uri { get; }

    /// <summary>For DNS, SNI and the certificate; without brackets for IPv6.</summary>
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

    public override string ToString() => Uri.ToString();

    /// <summary>An address with TLS and a host, without user, query and fragment; else why not.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PeerAddress? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        problem = !Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) ? "is not an absolute address."
            : uri.Scheme != Uri.UriSchemeWss ? "must start with wss://, because peers know each other by their certificates."
            : uri.Host.Length == 0 ? "has no host."
            : uri.UserInfo.Length > 0 ? "must not contain user information."
            : uri.Query.Length > 0 || uri.Fragment.Length > 0 ? "must end with its path."
            : null;
        if (problem is not null || uri is null)
        {
            problem ??= "is not an absolute address.";
            return false;
        }

        address = new(uri);
        return true;
    }
}
