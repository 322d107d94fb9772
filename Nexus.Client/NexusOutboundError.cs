namespace Nexus.Client;

/// <summary>Why there is no outbound connection.</summary>
public enum NexusOutboundError
{
    /// <summary>The hub refused, or did not reach the target.</summary>
    Refused,

    /// <summary>The hub did not answer in 15 s.</summary>
    TimedOut,

    /// <summary>No hub is connected, its session ended meanwhile, or the client stops.</summary>
    NoSession,
}
