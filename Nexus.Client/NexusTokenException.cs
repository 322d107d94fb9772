namespace Nexus.Client;

/// <summary>A token could not be obtained. The message never contains the token, a nonce or a secret.</summary>
public sealed class NexusTokenException : Exception
{
    /// <summary>Without a message of its own.</summary>
    public NexusTokenException()
        : base("No token could be obtained.")
    {
    }

    /// <summary>With what went wrong.</summary>
    public NexusTokenException(string message)
        : base(message)
    {
    }

    /// <summary>With what went wrong and why.</summary>
    public NexusTokenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
