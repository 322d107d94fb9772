using Nexus.Protocol.WebSockets;

namespace Nexus.Mesh.Peering.Links;

/// <summary>A connection to a peer behind its upgrade.</summary>
/// <param name="Transport">Ends with the link.</param>
/// <param name="Role">Who dialled is the client.</param>
/// <param name="Name">For logs and the topology: the address dialled, or where the peer came from.</param>
internal sealed record PeerConnection(WebSocketConnection Transport, WebSocketRole Role, string Name) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Transport.DisposeAsync();
}
