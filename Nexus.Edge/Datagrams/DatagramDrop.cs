namespace Nexus.Edge.Datagrams;

/// <summary>Why a datagram was not passed on.</summary>
internal enum DatagramDrop
{
    /// <summary>Larger than the limit.</summary>
    Oversize,

    /// <summary>Nobody serves the port.</summary>
    NoRoute,

    /// <summary>No target took the new flow.</summary>
    NoTarget,

    /// <summary>As much of the flow, or of all flows to its target, waits as may.</summary>
    QueueFull,

    /// <summary>A reply that the socket did not take.</summary>
    SendFailed,
}
