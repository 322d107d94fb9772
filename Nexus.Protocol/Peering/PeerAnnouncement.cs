using Nexus.Protocol.Naming;

namespace Nexus.Protocol.Peering;

/// <summary>A received announcement. <see cref="PeerRoutes"/> says what it changes.</summary>
public sealed record PeerAnnouncement
{
    /// <summary>Counts the sender's announcements, from 1; 0 is never valid.</summary>
    public required ulong Version { get; init; }

    /// <summary>Null for a full state; else the version that the change starts from.</summary>
    public ulong? Base { get; init; }

    /// <summary>The names of a full state, or those that a change adds; some may be repeated.</summary>
    public IReadOnlyList<RouteKey> Names { get; init; } = [];

    /// <summary>The names that a change takes away.</summary>
    public IReadOnlyList<RouteKey> Removed { get; init; } = [];

    /// <summary>Names that were left out: not valid, or beyond the limit.</summary>
    public int Skipped { get; init; }

    /// <summary>The sender, if it knows our extensions.</summary>
    public PeerNode? Node { get; init; }
}
