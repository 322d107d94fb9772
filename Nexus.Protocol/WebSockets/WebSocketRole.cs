namespace Nexus.Protocol.WebSockets;

/// <summary>Which side of the connection we are: clients mask what they send, servers do not (RFC 6455 §5.1).</summary>
public enum WebSocketRole
{
    /// <summary>We accepted the upgrade: we receive masked frames and send unmasked ones.</summary>
    Server,

    /// <summary>We dialled: we receive unmasked frames and send masked ones.</summary>
    Client,
}
