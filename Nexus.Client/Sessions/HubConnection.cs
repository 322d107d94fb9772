using Nexus.Protocol.Channels;

namespace Nexus.Client.Sessions;

/// <summary>An upgraded connection to a hub: bytes from here on are WebSocket frames.</summary>
/// <param name="Stream">The connection; disposing it ends it.</param>
/// <param name="Received">What the hub sent behind its answer to the upgrade.</param>
/// <param name="Line">The bytes on the line: what TLS lies on.</param>
internal sealed record HubConnection(Stream Stream, byte[] Received, SocketStream Line) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        // A TLS stream may want to say goodbye to a peer that takes nothing: the socket ends first.
        Line.Channel.Dispose();
        await Stream.DisposeAsync().ConfigureAwait(false);
    }
}
