namespace Nexus.Protocol.WebSockets;

/// <summary>The server did not accept the upgrade.</summary>
public sealed class WebSocketUpgradeException : IOException
{
    /// <summary>A refusal without an HTTP answer.</summary>
    public WebSocketUpgradeException(string message)
        : base(message)
    {
    }

    /// <summary>A refusal by HTTP status.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="status">The answer's status code.</param>
    public WebSocketUpgradeException(string message, int status)
        : base(message) => Status = status;

    /// <summary>The HTTP status of the answer, 100 to 999; null when the answer was not HTTP.</summary>
    public int? Status { get; }
}
