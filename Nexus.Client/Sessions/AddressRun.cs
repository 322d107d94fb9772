namespace Nexus.Client.Sessions;

/// <summary>A loop that runs, with the means to stop it alone.</summary>
/// <param name="loop">The address's loop.</param>
/// <param name="settings">Fingerprint of what its sessions depend on; a run whose fingerprint is still right is kept by an update.</param>
/// <param name="time">The clock of the drain limit.</param>
internal sealed class AddressRun(AddressLoop loop, string settings, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _deadline = new(Timeout.InfiniteTimeSpan, time);
    private Task _running = Task.CompletedTask;
    private bool _isStarted;

    public AddressLoop Loop { get; } = loop;

    public string Settings { get; } = settings;

    public bool IsConnected => Loop.Info.State == NexusSessionState.Connected;

    public void Start()
    {
        lock (_lock)
        {
            if (_isStarted) return;
            _isStarted = true;
            _running = Task.Run(() => Loop.RunAsync(_stopping.Token, _deadline.Token), CancellationToken.None);
        }
    }

    /// <summary>Leaves the hub in order; running streams may finish within the limit. Further calls wait for the same end.</summary>
    public async Task StopAsync(TimeSpan drainTimeout, CancellationToken cancellationToken)
    {
        // A second call may bring an earlier deadline.
        using var registration = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _deadline);
        Task running;
        lock (_lock) (running, _isStarted) = (_running, true);
        if (!_stopping.IsCancellationRequested)
        {
            _deadline.CancelAfter(drainTimeout);
            await _stopping.CancelAsync().ConfigureAwait(false);
        }

        await running.ConfigureAwait(false);
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _deadline.Dispose();
    }
}
