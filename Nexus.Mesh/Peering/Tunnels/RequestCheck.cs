using System.Net;
using Nexus.Mesh.Directory;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Naming;
using Nexus.Protocol.Peering;
using Nexus.ServiceDefaults;

namespace Nexus.Mesh.Peering.Tunnels;

/// <summary>Whether what a peer asks for can be served here: by a hub of this region, never by another peer.</summary>
internal sealed class RequestCheck(RouteDirectory directory, Drain drain)
{
    /// <summary>IPv6 with a scope and a port.</summary>
    private const int MaxAddressLength = 80;

    /// <summary>Why it is not taken; null when it may be.</summary>
    public TunnelEnd? Check(in ControlMessage request, out RouteKey key)
    {
        if (!PeerName.TryParse(request.Hostname, out key) || key.Kind == RouteKind.Wildcard) return TunnelEnd.NoBackend;
        if (drain.IsDraining) return TunnelEnd.Draining;
        if (!IsUser(request.ClientAddress) || request.Port is < 1 or > ushort.MaxValue) return TunnelEnd.NoBackend; // no hub would take it
        return directory.Local.Current.Find(key).IsEmpty ? TunnelEnd.NoBackend : null;
    }

    private static bool IsUser(string? address) => address is { Length: <= MaxAddressLength } && IPEndPoint.TryParse(address, out _);
}
