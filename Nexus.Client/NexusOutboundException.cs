namespace Nexus.Client;

/// <summary>A connection through a hub could not be opened.</summary>
public sealed class NexusOutboundException : IOException
{
    /// <summary>Without a message of its own.</summary>
    public NexusOutboundException()
        : base(MessageOf(NexusOutboundError.NoSession))
    {
    }

    /// <summary>With what went wrong.</summary>
    public NexusOutboundException(string message)
        : base(message)
    {
    }

    /// <summary>With what went wrong and why.</summary>
    public NexusOutboundException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal NexusOutboundException(NexusOutboundError error, string? reason)
        : base(MessageOf(error))
    {
        Error = error;
        HubReason = reason;
    }

    /// <summary>What kind of failure it was.</summary>
    public NexusOutboundError Error { get; } = NexusOutboundError.NoSession;

    /// <summary>The hub's words when it refused, at most 1 024 bytes; null when it gave none. They are of a stranger's making.</summary>
    public string? HubReason { get; }

    private static string MessageOf(NexusOutboundError error) => error switch
    {
        NexusOutboundError.Refused => "The hub refused the connection, or did not reach the target.",
        NexusOutboundError.TimedOut => "The hub did not answer in time.",
        _ => "No hub is connected.",
    };
}
