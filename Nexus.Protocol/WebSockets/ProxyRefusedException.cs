namespace Nexus.Protocol.WebSockets;

/// <summary>A proxy does not open the way, or is of a kind that cannot be used.</summary>
public sealed class ProxyRefusedException : IOException
{
    /// <param name="message">What is wrong.</param>
    public ProxyRefusedException(string message)
        : base(message)
    {
    }
}
