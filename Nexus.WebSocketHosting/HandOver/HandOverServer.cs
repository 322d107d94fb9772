using System.Runtime.Versioning;
using Microsoft.Extensions.Options;
using Nexus.Contracts.Carriers.HandOver;

namespace Nexus.WebSocketHosting.HandOver;

/// <summary>Listens for edges of this host, from before the first announcement to the stop.</summary>
[SupportedOSPlatform("linux")]
internal sealed class HandOverServer(
    HandOverTarget target, HandedOverUsers users, IOptions<HandOverOptions> options, TimeProvider time, ILogger<HandOverServer> logger) : IHostedService, IAsyncDisposable
{
    private HandOverListener? _listener;
    private Task _running = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.Enabled) return Task.CompletedTask;
        try
        {
            var path = options.Value.SocketPath.Length > 0 ? options.Value.SocketPath : HandOverPath.CreateDefault(target.Service, time);
            _listener = HandOverListener.Bind(path, time);
            _running = _listener.RunAsync(target.IsMeant, users.ServeAsync);
            target.Announce(path);
            HandOverLog.Listening(logger, path);
        }
        catch (IOException e)
        {
            HandOverLog.Unavailable(logger, e.Message);
        }

        return Task.CompletedTask;
    }

    /// <summary>The streams have ended with their sessions; what may remain are users that have their answer and still send.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await users.StopWaitingAsync();
        await DisposeAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the host's patience is the bound
    }

    public async ValueTask DisposeAsync()
    {
        if (_listener is not null) await _listener.DisposeAsync();
        await _running;
    }
}
