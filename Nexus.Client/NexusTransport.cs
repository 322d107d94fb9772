namespace Nexus.Client;

/// <summary>What a stream carries.</summary>
public enum NexusTransport
{
    /// <summary>A byte stream.</summary>
    Tcp,

    /// <summary>Datagrams.</summary>
    Udp,
}
