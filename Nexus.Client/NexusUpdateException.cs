namespace Nexus.Client;

/// <summary>
/// A change that needs new sessions could not be made, because a hub refused them or could not be reached. Nothing has
/// changed: the old sessions go on.
/// </summary>
public sealed class NexusUpdateException : Exception
{
    /// <summary>Without a message of its own.</summary>
    public NexusUpdateException()
        : base("The new sessions could not be opened; the old ones go on.")
    {
    }

    /// <summary>With what went wrong.</summary>
    public NexusUpdateException(string message)
        : base(message)
    {
    }

    /// <summary>With what went wrong and why.</summary>
    public NexusUpdateException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What the hub's refusal was; null when it was simply not reached in time.</summary>
    public NexusConnectError? Error { get; init; }
}
