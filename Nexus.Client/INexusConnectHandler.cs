namespace Nexus.Client;

/// <summary>
/// Decides where a user's connection goes, as a service of a host: one instance for each connection when it is registered as
/// scoped. Its scope lives as long as what it decided: until <see cref="NexusConnectResult.Run"/> has returned, for example.
/// </summary>
public interface INexusConnectHandler
{
    /// <inheritdoc cref="NexusConnectHandler"/>
    ValueTask<NexusConnectResult> ConnectAsync(NexusConnectRequest request, CancellationToken cancellationToken);
}
