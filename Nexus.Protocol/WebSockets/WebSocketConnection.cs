using Nexus.Protocol.Channels;

namespace Nexus.Protocol.WebSockets;

/// <summary>An upgraded connection: bytes from here on are WebSocket frames.</summary>
/// <param name="Stream">The connection, inside TLS where there is TLS.</param>
/// <param name="Line">The bytes on the line: what TLS lies on.</param>
/// <param name="Received">What the other side sent together with the upgrade.</param>
public sealed record WebSocketConnection(Stream Stream, SocketStream Line, byte[] Received) : IAsyncDisposable
{
    /// <summary>Ends it at once, without a goodbye.</summary>
    public async ValueTask DisposeAsync()
    {
        // A TLS stream may want to say goodbye to a peer that takes nothing: the socket ends first.
        Line.Channel.Dispose();
        await Stream.DisposeAsync().ConfigureAwait(false);
    }
}
