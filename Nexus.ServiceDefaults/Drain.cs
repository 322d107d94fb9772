using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Nexus.ServiceDefaults;

/// <summary>
/// An orderly stop. On SIGTERM the service is unready at once, then the registered steps run, stage after stage, all
/// together for at most <see cref="DrainOptions.Limit"/>; only then do hosted services and Kestrel stop.
/// </summary>
public sealed class Drain : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<DrainStep> _steps = [];
    private readonly CancellationTokenSource _started = new();
    private readonly IOptions<DrainOptions> _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    internal Drain(IOptions<DrainOptions> options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
    }

    /// <summary>Whether the service is stopping; it is unready from then on.</summary>
    public bool IsDraining => _started.IsCancellationRequested;

    /// <summary>Cancelled when the stop begins.</summary>
    public CancellationToken Started => _started.Token;

    /// <summary>Adds a step. Dispose the result when there is nothing left to drain.</summary>
    /// <param name="stage">When it runs; the steps of one stage run side by side.</param>
    /// <param name="name">For the log.</param>
    /// <param name="step">Completes when the work is done. Its token is cancelled when the limit is reached; it is not waited for any longer then.</param>
    public IDisposable Register(DrainStage stage, string name, Func<CancellationToken, Task> step)
    {
        var added = new DrainStep(this, stage, name, step);
        lock (_lock) { _steps.Add(added); }
        return added;
    }

    /// <inheritdoc/>
    public void Dispose() => _started.Dispose();

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        await _started.CancelAsync();
        using var limit = new CancellationTokenSource(_options.Value.Limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        foreach (var stage in Enum.GetValues<DrainStage>())
        {
            await RunAsync(stage, either.Token);
        }

        DrainLog.Done(_logger, _time.GetElapsedTime(began));
    }

    private async Task RunAsync(DrainStage stage, CancellationToken limit)
    {
        DrainStep[] steps;
        lock (_lock) { steps = [.. _steps.Where(step => step.Stage == stage)]; }

        var running = steps.Select(step => (step.Name, Task: step.StartAsync(limit))).ToList();
        await Task.WhenAll(running.Select(step => step.Task)).WaitAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var (name, task) in running)
        {
            if (task.IsFaulted) DrainLog.StepFailed(_logger, stage, name, task.Exception.InnerException ?? task.Exception);
            else if (!task.IsCompletedSuccessfully) DrainLog.LimitReached(_logger, stage, name);
        }
    }

    private sealed class DrainStep(Drain owner, DrainStage stage, string name, Func<CancellationToken, Task> run) : IDisposable
    {
        public DrainStage Stage => stage;

        public string Name => name;

        // Async, so that a step that throws before its first await fails alone.
        public async Task StartAsync(CancellationToken limit) => await run(limit);

        public void Dispose()
        {
            lock (owner._lock) { owner._steps.Remove(this); }
        }
    }
}
