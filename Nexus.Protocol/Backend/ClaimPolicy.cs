using System.Collections.Frozen;

namespace Nexus.Protocol.Backend;

/// <summary>What a hub lets backends claim. The default allows names only: no ports, no dialling out.</summary>
public sealed record ClaimPolicy
{
    /// <summary>TCP relay ports that may be claimed; empty: none.</summary>
    public IReadOnlySet<int> AllowedTcpPorts { get; init; } = FrozenSet<int>.Empty;

    /// <summary>UDP relay ports that may be claimed; empty: none.</summary>
    public IReadOnlySet<int> AllowedUdpPorts { get; init; } = FrozenSet<int>.Empty;

    /// <summary>Idle time of a flow whose claim asks for none.</summary>
    public TimeSpan UdpIdleDefault { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Shortest idle time given, whatever is asked.</summary>
    public TimeSpan UdpIdleMin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest idle time given, whatever is asked. Less than <see cref="UdpIdleMin"/> refuses every UDP claim.</summary>
    public TimeSpan UdpIdleMax { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Whether any backend may dial out.</summary>
    public bool AllowOutbound { get; init; }

    /// <summary>Ports that may be dialled; empty: all.</summary>
    public IReadOnlySet<int> AllowedOutboundPorts { get; init; } = FrozenSet<int>.Empty;
}
