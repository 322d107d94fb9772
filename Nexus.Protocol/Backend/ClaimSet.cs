using System.Diagnostics.CodeAnalysis;
using Nexus.Protocol.Naming;

namespace Nexus.Protocol.Backend;

/// <summary>
/// What a backend may serve and do: its claims, normalised, checked against the hub's policy, without duplicates and in one
/// order, so that two tokens that mean the same give equal sets.
/// </summary>
public sealed class ClaimSet
{
    private ClaimSet(IReadOnlyList<RouteKey> hosts, IReadOnlyList<int> tcpPorts, IReadOnlyList<UdpRoute> udpRoutes, BackendClaims claims, IReadOnlyList<int> outboundPorts)
    {
        Hosts = hosts;
        TcpPorts = tcpPorts;
        UdpRoutes = udpRoutes;
        OutboundAllowed = claims.OutboundAllowed;
        OutboundPorts = outboundPorts;
        Weight = Math.Max(claims.Weight, 1);
    }

    /// <summary>Names and wildcards.</summary>
    public IReadOnlyList<RouteKey> Hosts { get; }

    /// <summary>TCP relay ports.</summary>
    public IReadOnlyList<int> TcpPorts { get; }

    /// <summary>UDP relay ports with their effective idle times.</summary>
    public IReadOnlyList<UdpRoute> UdpRoutes { get; }

    /// <summary>Whether the backend may dial out.</summary>
    public bool OutboundAllowed { get; }

    /// <summary>Ports that it may dial; empty: all that the hub allows.</summary>
    public IReadOnlyList<int> OutboundPorts { get; }

    /// <summary>Share of new users, at least 1.</summary>
    public int Weight { get; }

    /// <summary>All keys under which the backend is registered.</summary>
    public IEnumerable<RouteKey> RouteKeys =>
        Hosts.Concat(TcpPorts.Select(RouteKey.ForTcpPort)).Concat(UdpRoutes.Select(route => RouteKey.ForUdpPort(route.Port)));

    /// <summary>Normalises and checks the claims; the first rule that they break is the refusal.</summary>
    public static bool TryCreate(BackendClaims claims, ClaimPolicy policy, [NotNullWhen(true)] out ClaimSet? set, out ClaimRefusal refusal)
    {
        ArgumentNullException.ThrowIfNull(claims);
        ArgumentNullException.ThrowIfNull(policy);
        set = null;
        if ((refusal = ReadHosts(claims.Hostnames, out var hosts)) != ClaimRefusal.None) return false;
        if ((refusal = ReadTcpPorts(claims.TcpPorts, policy, out var tcpPorts)) != ClaimRefusal.None) return false;
        if ((refusal = ReadUdpRoutes(claims.UdpRoutes, policy, out var udpRoutes)) != ClaimRefusal.None) return false;
        if (hosts.Count + tcpPorts.Count + udpRoutes.Count == 0) refusal = ClaimRefusal.NothingClaimed;
        if (refusal != ClaimRefusal.None || (refusal = ReadOutbound(claims, policy, out var outboundPorts)) != ClaimRefusal.None) return false;

        set = new ClaimSet(hosts, tcpPorts, udpRoutes, claims, outboundPorts);
        return true;
    }

    /// <summary>In what this set differs from another, weight aside; order and spelling of the claims play no part.</summary>
    public ClaimRefusal CompareTo(ClaimSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!Hosts.SequenceEqual(other.Hosts)) return ClaimRefusal.HostnamesDiffer;
        if (!TcpPorts.SequenceEqual(other.TcpPorts)) return ClaimRefusal.TcpPortsDiffer;
        if (!UdpRoutes.SequenceEqual(other.UdpRoutes)) return ClaimRefusal.UdpRoutesDiffer;
        if (OutboundAllowed != other.OutboundAllowed) return ClaimRefusal.OutboundDiffers;
        return OutboundPorts.SequenceEqual(other.OutboundPorts) ? ClaimRefusal.None : ClaimRefusal.OutboundPortsDiffer;
    }

    private static ClaimRefusal ReadHosts(IReadOnlyList<string> claimed, out IReadOnlyList<RouteKey> hosts)
    {
        var keys = new SortedDictionary<string, RouteKey>(StringComparer.Ordinal);
        hosts = [];
        foreach (var claim in claimed)
        {
            var name = HostName.NormalizeOrWildcard(claim);
            if (name.Length == 0 && claim.Length <= HostName.MaxInputLength) continue; // blank
            if (!RouteKey.TryParseClaim(claim, out var key)) return WhyNot(name);
            keys[key.ToWireText()] = key;
        }

        hosts = [.. keys.Values];
        return claimed.Count > 0 && hosts.Count == 0 ? ClaimRefusal.NoUsableHostname : ClaimRefusal.None;
    }

    private static ClaimRefusal WhyNot(string name)
    {
        if (name.Contains(':', StringComparison.Ordinal)) return ClaimRefusal.ReservedHostname;
        if (name.Length is 0 or > HostName.MaxLength) return ClaimRefusal.HostnameTooLong;
        return name.Contains('*', StringComparison.Ordinal) ? ClaimRefusal.BadWildcard : ClaimRefusal.BadHostname;
    }

    private static ClaimRefusal ReadTcpPorts(IReadOnlyList<int> claimed, ClaimPolicy policy, out IReadOnlyList<int> ports)
    {
        ports = [.. claimed.Distinct().Order()];
        foreach (var port in ports)
        {
            if (!IsPort(port)) return ClaimRefusal.BadTcpPort;
            if (!policy.AllowedTcpPorts.Contains(port)) return ClaimRefusal.TcpPortNotAllowed;
        }

        return ClaimRefusal.None;
    }

    private static ClaimRefusal ReadUdpRoutes(IReadOnlyList<UdpRouteClaim> claimed, ClaimPolicy policy, out IReadOnlyList<UdpRoute> routes)
    {
        var timeouts = new SortedDictionary<int, TimeSpan>();
        routes = [];
        if (claimed.Count > 0 && policy.UdpIdleMax < policy.UdpIdleMin) return ClaimRefusal.UdpLimitsContradict;
        foreach (var claim in claimed)
        {
            if (!IsPort(claim.Port)) return ClaimRefusal.BadUdpPort;
            if (!policy.AllowedUdpPorts.Contains(claim.Port)) return ClaimRefusal.UdpPortNotAllowed;
            var asked = claim.FlowIdleTimeoutSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : policy.UdpIdleDefault;
            var given = asked < policy.UdpIdleMin ? policy.UdpIdleMin : asked > policy.UdpIdleMax ? policy.UdpIdleMax : asked;
            if (!timeouts.TryAdd(claim.Port, given) && timeouts[claim.Port] != given) return ClaimRefusal.UdpTimeoutsConflict;
        }

        routes = [.. timeouts.Select(entry => new UdpRoute(entry.Key, entry.Value))];
        return ClaimRefusal.None;
    }

    private static ClaimRefusal ReadOutbound(BackendClaims claims, ClaimPolicy policy, out IReadOnlyList<int> ports)
    {
        ports = [.. claims.AllowedOutboundPorts.Distinct().Order()];
        if (claims.OutboundAllowed && !policy.AllowOutbound) return ClaimRefusal.OutboundDisabled;
        if (!claims.OutboundAllowed) return ports.Count > 0 ? ClaimRefusal.OutboundPortsWithoutRight : ClaimRefusal.None;
        foreach (var port in ports)
        {
            if (!IsPort(port)) return ClaimRefusal.BadOutboundPort;
            if (policy.AllowedOutboundPorts.Count > 0 && !policy.AllowedOutboundPorts.Contains(port)) return ClaimRefusal.OutboundPortNotAllowed;
        }

        return ClaimRefusal.None;
    }

    private static bool IsPort(int port) => port is > 0 and <= ushort.MaxValue;
}
