namespace Nexus.Client;

/// <summary>What a backend claims at its hubs: the part of the options that only a new session can change.</summary>
public sealed record NexusRouteClaims
{
    /// <summary>Host names, exact or <c>*.example.com</c>. Normalised and de-duplicated by the client.</summary>
    public IReadOnlyList<string> Hostnames { get; init; } = [];

    /// <summary>TCP ports of the hub claimed as a whole, 1–65535.</summary>
    public IReadOnlyList<int> TcpPorts { get; init; } = [];

    /// <summary>UDP ports of the hub claimed as a whole. A port may appear once.</summary>
    public IReadOnlyList<NexusUdpRoute> UdpRoutes { get; init; } = [];

    /// <summary>Share of users relative to other backends with the same claim. Zero and less mean 1.</summary>
    public int Weight { get; init; } = 1;
}
