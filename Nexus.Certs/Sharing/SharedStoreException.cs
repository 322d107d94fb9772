namespace Nexus.Certs.Sharing;

/// <summary>What several Certs share cannot be used now.</summary>
internal sealed class SharedStoreException(string message, Exception? inner = null) : IOException(message, inner);
