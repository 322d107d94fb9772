namespace Nexus.Protocol.Backend;

/// <summary>A granted UDP claim.</summary>
/// <param name="Port">The relay port.</param>
/// <param name="IdleTimeout">After this long without a datagram a flow ends; default and limits of the hub are applied.</param>
public readonly record struct UdpRoute(int Port, TimeSpan IdleTimeout);
