using System.Net.Sockets;

namespace Nexus.Edge.Routing;

/// <summary>A user whose socket may be handed over.</summary>
/// <param name="Socket">Not in use by any pending operation.</param>
/// <param name="LastWords">What the user is told when the backend breaks before it has answered.</param>
internal readonly record struct UserOffer(Socket Socket, ReadOnlyMemory<byte> LastWords);
