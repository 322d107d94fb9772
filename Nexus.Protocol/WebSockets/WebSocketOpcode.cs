namespace Nexus.Protocol.WebSockets;

/// <summary>Frame types (RFC 6455 §11.8).</summary>
public enum WebSocketOpcode : byte
{
    /// <summary>Continues a fragmented message.</summary>
    Continuation = 0x0,

    /// <summary>A text message.</summary>
    Text = 0x1,

    /// <summary>A binary message.</summary>
    Binary = 0x2,

    /// <summary>The sender closes.</summary>
    Close = 0x8,

    /// <summary>Asks for a pong with the same payload.</summary>
    Ping = 0x9,

    /// <summary>Answers a ping.</summary>
    Pong = 0xA,
}
