namespace Nexus.Protocol.WebSockets;

/// <summary>One received message or event.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Payload">Message, ping or pong payload, or the close reason's bytes; valid until the next receive.</param>
/// <param name="CloseCode">For <see cref="WebSocketReceivedKind.Close"/>: the peer's code, or <see cref="WebSocketCloseCode.NoStatus"/>.</param>
public readonly record struct WebSocketReceived(
    WebSocketReceivedKind Kind, ReadOnlyMemory<byte> Payload = default, ushort CloseCode = 0);
