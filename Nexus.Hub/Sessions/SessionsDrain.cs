using Nexus.ServiceDefaults;

namespace Nexus.Hub.Sessions;

/// <summary>The hub's orderly stop: nothing new, routes withdrawn, streams finish, sessions closed with 1001.</summary>
internal sealed class SessionsDrain(Drain drain, SessionRegistry registry, LiveStreams streams, ILogger<SessionsDrain> logger) : IHostedService
{
    private readonly List<IDisposable> _steps = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _steps.Add(drain.Register(DrainStage.StopAccepting, "sessions", _ =>
        {
            // Withdrawing belongs to it: who refuses streams must not be chosen for any.
            SessionsLog.Draining(logger, registry.BeginDrain(), streams.Count);
            return Task.CompletedTask;
        }));
        _steps.Add(drain.Register(DrainStage.Finish, "streams", FinishAsync));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        registry.EndAll(SessionEnd.Drained);
        foreach (var step in _steps) step.Dispose();
        return Task.CompletedTask;
    }

    private async Task FinishAsync(CancellationToken limit)
    {
        do
        {
            await Task.Yield(); // a stream that was opened just before the stop begins to run in a moment
            await streams.WhenEmptyAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (registry.HasStreams && !limit.IsCancellationRequested);
        registry.EndAll(SessionEnd.Drained);
        limit.ThrowIfCancellationRequested();
    }
}
