using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Nexus.Client.Hosting;

/// <summary>
/// Ties a client to the life of a host. The client is constructed with the service, so that wrong options stop the start; it
/// dials after everything else has started, follows its options while it runs, and drains before anything else stops.
/// </summary>
internal sealed class NexusHostedService(NexusClient client, IOptionsMonitor<NexusBackendOptions> options, ILogger logger) : IHostedLifecycleService, IDisposable
{
    // Only the newest options count.
    private readonly Channel<NexusBackendOptions> _changes = Channel.CreateBounded<NexusBackendOptions>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly CancellationTokenSource _stopping = new();
    private IDisposable? _subscription;
    private Task _following = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        await client.StartAsync(cancellationToken).ConfigureAwait(false);
        _subscription = options.OnChange((changed, name) =>
        {
            if (name == client.Name) _changes.Writer.TryWrite(changed);
        });
        _following = FollowAsync();
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _subscription?.Dispose();
        await _stopping.CancelAsync().ConfigureAwait(false);
        try
        {
            await _following.ConfigureAwait(false);
        }
        finally
        {
            await client.StopAsync(cancellationToken).ConfigureAwait(false); // whatever became of the last change
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _subscription?.Dispose();
        _stopping.Dispose();
    }

    private async Task FollowAsync()
    {
        try
        {
            await foreach (var changed in _changes.Reader.ReadAllAsync(_stopping.Token).ConfigureAwait(false)) await UpdateAsync(changed).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task UpdateAsync(NexusBackendOptions changed)
    {
        try
        {
            var differences = await client.UpdateAsync(changed, _stopping.Token).ConfigureAwait(false);
            if (differences.Count > 0) HostingLog.Changed(logger, client.Name, string.Join(", ", differences));
        }
        catch (Exception ex) when (ex is OptionsValidationException or NexusUpdateException or NexusTokenException or ArgumentException)
        {
            HostingLog.NotChanged(logger, client.Name, ex.Message);
        }
    }
}
