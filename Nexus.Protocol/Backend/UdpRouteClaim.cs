namespace Nexus.Protocol.Backend;

/// <summary>One entry of the claim <c>udp_routes</c>, as written: nothing is checked yet.</summary>
/// <param name="Port">The claimed relay port.</param>
/// <param name="FlowIdleTimeoutSeconds">Asked idle time of a flow; absent or not positive means the hub's default.</param>
public readonly record struct UdpRouteClaim(int Port, int? FlowIdleTimeoutSeconds = null);
