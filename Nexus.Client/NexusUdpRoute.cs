namespace Nexus.Client;

/// <summary>A UDP port of the hub claimed by a backend.</summary>
public sealed class NexusUdpRoute
{
    /// <summary>Port of the hub, 1–65535.</summary>
    public int Port { get; set; }

    /// <summary>
    /// Seconds after which the hub forgets an idle flow; null leaves it to the hub, 0 is sent as 0. Not negative.
    /// </summary>
    public int? FlowIdleTimeoutSeconds { get; set; }
}
