namespace Nexus.Mesh.Peering.Links;

/// <summary>A peer could not be connected to; the message says why.</summary>
internal sealed class PeerUnreachableException(string message, Exception? inner = null) : Exception(message, inner);
