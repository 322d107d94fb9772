namespace Nexus.Certs.Sharing;

/// <summary>What is in Redis was sealed with another key, or is not what it was.</summary>
internal sealed class WrongSealingKeyException(string message, Exception? inner = null) : IOException(message, inner);
