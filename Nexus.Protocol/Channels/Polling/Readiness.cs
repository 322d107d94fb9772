using System.Threading.Tasks.Sources;

namespace Nexus.Protocol.Channels.Polling;

/// <summary>
/// Whether one direction of a socket may go on, for one waiter at a time. Edges are counted: an operation notes the count before it asks
/// the system, and if that says "nothing", only a later edge makes another attempt worth while.
/// </summary>
internal sealed class Readiness : IValueTaskSource
{
    private const int None = 0;
    private const int Waiting = 1;

    private ManualResetValueTaskSourceCore<bool> _core;
    private CancellationTokenRegistration _cancellation;
    private int _edges;
    private int _exhaustedAt = -1;
    private int _state;
    private volatile bool _isClosed;

    /// <summary>Edges so far; to be noted before the system is asked.</summary>
    public int Edges => Volatile.Read(ref _edges);

    /// <summary>Whether nothing was ever exhausted: what the state is, nobody knows.</summary>
    public bool IsUnknown => Volatile.Read(ref _exhaustedAt) == -1;

    /// <summary>Whether an attempt is worth while.</summary>
    public bool IsPossible => _isClosed || Volatile.Read(ref _exhaustedAt) != Volatile.Read(ref _edges);

    /// <summary>The system had nothing, or no room, when there had been so many edges.</summary>
    public void Exhausted(int edges) => Volatile.Write(ref _exhaustedAt, edges);

    /// <summary>Completes when an attempt is worth while, on the poller's thread if it had to wait.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (IsPossible) return ValueTask.CompletedTask;
        _core.Reset();
        _cancellation = default;
        Interlocked.Exchange(ref _state, Waiting);
        if (IsPossible && TryEndWait()) return ValueTask.CompletedTask; // the edge came in between, and saw nobody
        var wait = new ValueTask(this, _core.Version);
        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(
                static (state, token) =>
                {
                    var readiness = (Readiness)state!;
                    if (readiness.TryEndWait()) readiness._core.SetException(new OperationCanceledException(token));
                },
                this);
        }

        return wait;
    }

    /// <summary>An edge.</summary>
    public void Signal()
    {
        Interlocked.Increment(ref _edges);
        if (TryEndWait()) _core.SetResult(true);
    }

    /// <summary>From here on nothing waits.</summary>
    public void Close()
    {
        _isClosed = true;
        Signal();
    }

    void IValueTaskSource.GetResult(short token)
    {
        // A callback that runs at this moment must not meet the next wait.
        _cancellation.Dispose();
        _core.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private bool TryEndWait() => Interlocked.CompareExchange(ref _state, None, Waiting) == Waiting;
}
