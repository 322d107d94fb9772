using System.Diagnostics.CodeAnalysis;
using Nexus.Protocol.WebSockets;

namespace Nexus.Mesh.Peering;

/// <summary>Where a peer is dialled.</summary>
internal static class PeerAddress
{
    /// <summary>An address with TLS and a host, without user, query and fragment; else why not.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out WebSocketAddress? address, [NotNullWhen(false)] out string? problem)
    {
        if (!WebSocketAddress.TryParse(text, out address, out problem)) return false;
        problem = !address.IsSecure ? "must start with wss://, because peers know each other by their certificates."
            : address.Uri.Query.Length > 0 || address.Uri.Fragment.Length > 0 ? "must end with its path."
            : null;
        return problem is null;
    }
}
