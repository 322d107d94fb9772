namespace Nexus.Client;

/// <summary>
/// Decides where a user's connection goes. Handlers are asked in the order in which they were given; the first whose
/// answer is not <see cref="NexusConnectResult.NoRoute"/> decides; after the last the port mappings are asked.
/// </summary>
/// <param name="request">Who wants what.</param>
/// <param name="cancellationToken">
/// Limits the decision (10 s, or less when the user leaves); it ends when the handler has returned, so the life of a
/// returned stream must not depend on it.
/// </param>
/// <returns>
/// What to do. An exception ends the user's connection with the reason <c>dial_failed</c> and is logged.
/// </returns>
public delegate ValueTask<NexusConnectResult> NexusConnectHandler(NexusConnectRequest request, CancellationToken cancellationToken);
