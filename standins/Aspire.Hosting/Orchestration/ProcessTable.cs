namespace Aspire.Hosting.Orchestration;

/// <summary>The running processes in the order of their start; nothing starts once stopping has begun.</summary>
internal sealed class ProcessTable(TimeProvider time) : IDisposable
{
    /// <summary>Who has not ended by then is killed; with the dashboard's share a stop stays below 5 s.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(3.5);

    /// <summary>How long one process may hold up the request to those that it depends on; less when there are many.</summary>
    private static readonly TimeSpan s_longestStep = TimeSpan.FromMilliseconds(400);

    private readonly List<ChildProcess> _processes = [];
    private readonly Lock _lock = new();
    private bool _isStopping;

    /// <summary>Null when everything is being stopped.</summary>
    public ChildProcess? TryStart(ChildCommand command, Action<string> onLine)
    {
        lock (_lock)
        {
            if (_isStopping)
                return null;
            var process = ChildProcess.Start(command, onLine);
            _processes.Add(process);
            return process;
        }
    }

    public async Task StopAllAsync()
    {
        List<ChildProcess> processes;
        lock (_lock)
        {
            _isStopping = true;
            processes = [.. Enumerable.Reverse(_processes)];
        }
        var step = s_limit / 2 / Math.Max(1, processes.Count);
        step = step < s_longestStep ? step : s_longestStep;
        using var limit = new CancellationTokenSource(s_limit, time);
        foreach (var process in processes)
        {
            process.Terminate();
            await Task.WhenAny(process.Completion, Task.Delay(step, time));
        }
        Task all = Task.WhenAll(processes.Select(process => process.Completion));
        await all.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var process in processes)
            process.Kill();
        await all;
    }

    public void Dispose()
    {
        foreach (var process in _processes)
            process.Dispose();
    }
}
