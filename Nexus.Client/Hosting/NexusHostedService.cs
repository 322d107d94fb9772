using Microsoft.Extensions.Hosting;

namespace Nexus.Client.Hosting;

/// <summary>
/// Ties a client to the life of a host. The client is constructed with the service, so that wrong options stop the start; it
/// dials after everything else has started and drains before anything else stops.
/// </summary>
internal sealed class NexusHostedService(NexusClient client) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => client.StartAsync(cancellationToken);

    public Task StoppingAsync(CancellationToken cancellationToken) => client.StopAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
