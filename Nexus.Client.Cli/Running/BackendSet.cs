using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Nexus.Client.Cli.Running;

/// <summary>The clients of the backends that the file names, as it changes. Used from one thread at a time.</summary>
internal sealed class BackendSet(X509Certificate2Collection? authorities, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger("nexus");

    // Names need not be different: the second of a name is another backend than the first.
    private readonly Dictionary<(string Name, int Number), NexusClient> _clients = [];

    public int Count => _clients.Count;

    /// <summary>Makes the running clients those of <paramref name="backends"/>. What fails leaves its backend as it was.</summary>
    public async Task ApplyAsync(IEnumerable<NexusBackendOptions> backends, CancellationToken stop)
    {
        var wanted = backends.GroupBy(backend => backend.Name, StringComparer.Ordinal)
            .SelectMany(same => same.Select((backend, number) => (Key: (same.Key, number), Backend: backend)))
            .ToArray();
        var gone = _clients.Keys.Except(wanted.Select(entry => entry.Key)).ToArray();
        List<Task> changes = [.. gone.Select(RemoveAsync)];
        foreach (var (key, backend) in wanted)
        {
            backend.Transport.ServerCertificateAuthorities = authorities;
            changes.Add(_clients.TryGetValue(key, out var client) ? UpdateAsync(client, backend, stop) : AddAsync(key, backend));
        }

        await Task.WhenAll(changes);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_clients.Values.Select(client => client.DisposeAsync().AsTask()));
        _clients.Clear();
    }

    private Task AddAsync((string Name, int Number) key, NexusBackendOptions backend)
    {
        try
        {
            var client = new NexusClient(backend, new() { LoggerFactory = loggers });
            _clients.Add(key, client);
            RunLog.Started(_logger, client.Name, client.Sessions.Count);
            return client.StartAsync(CancellationToken.None);
        }
        catch (NexusTokenException ex)
        {
            RunLog.BackendLeftOut(_logger, backend.Name, ex.Message);
            return Task.CompletedTask;
        }
    }

    private async Task UpdateAsync(NexusClient client, NexusBackendOptions backend, CancellationToken stop)
    {
        try
        {
            var keys = await client.UpdateAsync(backend, stop);
            if (keys.Count > 0) RunLog.Changed(_logger, client.Name, string.Join(", ", keys));
            if (keys.Contains("socks5ListenAddr")) RunLog.NeedsRestart(_logger, client.Name);
        }
        catch (Exception ex) when (ex is NexusUpdateException or NexusTokenException or OptionsValidationException)
        {
            RunLog.NotChanged(_logger, client.Name, ex.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private Task RemoveAsync((string Name, int Number) key)
    {
        _clients.Remove(key, out var client);
        RunLog.Removed(_logger, key.Name);
        return client?.DisposeAsync().AsTask() ?? Task.CompletedTask;
    }
}
