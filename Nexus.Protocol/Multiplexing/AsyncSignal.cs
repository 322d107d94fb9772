using System.Threading.Tasks.Sources;

namespace Nexus.Protocol.Multiplexing;

/// <summary>An auto-reset signal with one waiter that allocates nothing per wait.</summary>
internal sealed class AsyncSignal : IValueTaskSource
{
    private readonly Lock _lock = new();
    private ManualResetValueTaskSourceCore<bool> _core;
    private bool _isSet;
    private bool _isWaiting;

    /// <summary>Completes at once when set since the last wait, else at the next <see cref="Set()"/>.</summary>
    public ValueTask WaitAsync()
    {
        lock (_lock)
        {
            if (_isSet)
            {
                _isSet = false;
                return ValueTask.CompletedTask;
            }

            if (_isWaiting) throw new InvalidOperationException("The signal has a waiter already.");
            _isWaiting = true;
            _core.Reset();
            return new(this, _core.Version);
        }
    }

    /// <summary>The waiter goes on, on the thread pool.</summary>
    public void Set() => Set(inline: false);

    /// <param name="inline">The waiter goes on before this returns, rather than on the thread pool.</param>
    public void Set(bool inline)
    {
        lock (_lock)
        {
            if (!_isWaiting)
            {
                _isSet = true;
                return;
            }

            _isWaiting = false;
        }

        _core.RunContinuationsAsynchronously = !inline;
        _core.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
