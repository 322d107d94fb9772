using Nexus.ServiceDefaults;

namespace Nexus.Mesh.Directory;

/// <summary>Ends the calls when the process is told to stop, so that hubs and edges go elsewhere at once.</summary>
internal sealed class DirectoryDrain(RouteDirectory directory, Drain drain) : IHostedService
{
    private IDisposable? _step;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _step = drain.Register(DrainStage.StopAccepting, "directory", _ =>
        {
            directory.Stop();
            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _step?.Dispose();
        return Task.CompletedTask;
    }
}
