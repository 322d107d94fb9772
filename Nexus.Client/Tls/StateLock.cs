namespace Nexus.Client.Tls;

/// <summary>
/// Lets one process at a time get certificates into a folder; within the process, as many as want to. The lock is the system's, so that it
/// goes with the process.
/// </summary>
internal sealed class StateLock(string folder, TimeProvider time) : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(0.5);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _lock = new();
    private FileStream? _file;
    private int _holders;

    /// <param name="onWaiting">Called when another process has it, again and again while it is waited for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Leaves when it is disposed.</returns>
    /// <exception cref="UnauthorizedAccessException">The folder may not be used.</exception>
    public async Task<IDisposable> EnterAsync(Action onWaiting, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (!TryEnter())
            {
                onWaiting();
                await Task.Delay(s_pause, time, cancellationToken).ConfigureAwait(false);
            }

            return new Held(this);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private bool TryEnter()
    {
        lock (_lock)
        {
            if (_file is null)
            {
                if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
                else Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
                try
                {
                    _file = new FileStream(Path.Combine(folder, "lock"), CreateOptions());
                }
                catch (IOException ex) when (ex is not (DirectoryNotFoundException or PathTooLongException))
                {
                    return false;
                }
            }

            _holders++;
            return true;
        }
    }

    private void Exit()
    {
        lock (_lock)
        {
            if (--_holders > 0) return;
            _file?.Dispose();
            _file = null;
        }
    }

    private static FileStreamOptions CreateOptions()
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return options;
    }

    private sealed class Held(StateLock owner) : IDisposable
    {
        private int _isReleased;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReleased, 1) == 0) owner.Exit();
        }
    }
}
