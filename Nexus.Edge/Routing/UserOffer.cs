using Nexus.Protocol.Channels;

namespace Nexus.Edge.Routing;

/// <summary>A user whose socket may be handed over.</summary>
/// <param name="Channel">Not in use by any pending operation.</param>
/// <param name="LastWords">What the user is told when the backend breaks before it has answered.</param>
internal readonly record struct UserOffer(SocketChannel Channel, ReadOnlyMemory<byte> LastWords);
