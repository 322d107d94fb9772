namespace Nexus.Identities;

/// <summary>This process gets no identity: asking again is of no use.</summary>
internal sealed class IdentityRefusedException(string message, Exception? innerException = null) : Exception(message, innerException);
