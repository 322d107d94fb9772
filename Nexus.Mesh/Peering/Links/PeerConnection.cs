using Nexus.Protocol.Channels;
using Nexus.Protocol.WebSockets;

namespace Nexus.Mesh.Peering.Links;

/// <summary>A connection to a peer behind its upgrade: bytes from here on are WebSocket frames.</summary>
/// <param name="Stream">Inside TLS.</param>
/// <param name="Line">What TLS lies on; it ends first, because TLS may want to say goodbye to a peer that takes nothing.</param>
/// <param name="Received">What the peer sent together with the upgrade.</param>
/// <param name="Role">Who dialled is the client.</param>
/// <param name="Name">For logs and the topology: the address dialled, or where the peer came from.</param>
internal sealed record PeerConnection(Stream Stream, SocketStream Line, byte[] Received, WebSocketRole Role, string Name) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        Line.Channel.Dispose();
        await Stream.DisposeAsync();
    }
}
