namespace Nexus.Client;

/// <summary>What a token must say. The claims are those of the backend and stay the same for all stages.</summary>
public sealed record NexusTokenRequest
{
    /// <summary>What the token is for.</summary>
    public required NexusTokenStage Stage { get; init; }

    /// <summary>The hub's nonce, which the token must carry unchanged as <c>session_nonce</c>; null in the stage <see cref="NexusTokenStage.Handshake"/>.</summary>
    public string? SessionNonce { get; init; }

    /// <summary>Name of the backend.</summary>
    public required string BackendName { get; init; }

    /// <summary>Normalised host names, without duplicates.</summary>
    public required IReadOnlyList<string> Hostnames { get; init; }

    /// <summary>Claimed TCP ports, without duplicates.</summary>
    public required IReadOnlyList<int> TcpPorts { get; init; }

    /// <summary>Claimed UDP ports.</summary>
    public required IReadOnlyList<NexusUdpRoute> UdpRoutes { get; init; }

    /// <summary>Share of users, at least 1.</summary>
    public required int Weight { get; init; }

    /// <summary>Whether connections may leave through the hub.</summary>
    public bool OutboundAllowed { get; init; }

    /// <summary>Ports to which they may leave.</summary>
    public IReadOnlyList<int> AllowedOutboundPorts { get; init; } = [];
}
