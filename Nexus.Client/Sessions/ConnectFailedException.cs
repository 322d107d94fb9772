namespace Nexus.Client.Sessions;

/// <summary>An attempt to open a session failed; why is a member of <see cref="NexusConnectError"/>.</summary>
internal sealed class ConnectFailedException(NexusConnectError error, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public NexusConnectError Error { get; } = error;
}
