namespace Nexus.Protocol.WebSockets;

/// <summary>What <see cref="WebSocketMessageReader"/> received.</summary>
public enum WebSocketReceivedKind
{
    /// <summary>A complete text message. Its UTF-8 is not checked.</summary>
    Text,

    /// <summary>A complete binary message.</summary>
    Binary,

    /// <summary>A ping; answer it with a pong of the same payload.</summary>
    Ping,

    /// <summary>A pong.</summary>
    Pong,

    /// <summary>The peer closes; <see cref="WebSocketReceived.CloseCode"/> says why. Nothing follows.</summary>
    Close,

    /// <summary>The transport ended without a close frame. Nothing follows.</summary>
    EndOfStream,

    /// <summary>The peer broke RFC 6455: end with close code 1002. Nothing follows.</summary>
    ProtocolError,

    /// <summary>A message exceeds the limit: end with close code 1009. Nothing follows.</summary>
    TooBig,
}
