namespace Nexus.Testing;

/// <summary>An append-only list that can be awaited. Keeps the last <paramref name="capacity"/> items.</summary>
public sealed class ObservedList<T>(int capacity = 100_000)
{
    private readonly Lock _lock = new();
    private readonly Queue<T> _items = new();
    private TaskCompletionSource _changed = NewSignal();

    public IReadOnlyList<T> Items
    {
        get { lock (_lock) { return [.. _items]; } }
    }

    public void Add(T item)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            if (_items.Count == capacity) _items.Dequeue();
            _items.Enqueue(item);
            (changed, _changed) = (_changed, NewSignal());
        }

        changed.TrySetResult();
    }

    /// <summary>The first value that is not null which <paramref name="choose"/> gives for the items so far, now or after any addition.</summary>
    /// <exception cref="TimeoutException">Not within <see cref="TestTimeouts.Default"/>; the message holds <paramref name="describe"/>.</exception>
    public Task<TResult> WaitForAsync<TResult>(Func<IReadOnlyList<T>, TResult?> choose, Func<string> describe, CancellationToken cancellationToken)
        where TResult : class => WaitForAsync(choose, describe, TestTimeouts.Default, cancellationToken);

    /// <summary>The same within another limit.</summary>
    public async Task<TResult> WaitForAsync<TResult>(Func<IReadOnlyList<T>, TResult?> choose, Func<string> describe, TimeSpan limit, CancellationToken cancellationToken)
        where TResult : class
    {
        using var timeout = new CancellationTokenSource(limit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        while (true)
        {
            Task changed;
            lock (_lock) { changed = _changed.Task; }
            if (choose(Items) is { } found) return found;

            try
            {
                await changed.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (timeout.IsCancellationRequested)
            {
                throw new TimeoutException(describe());
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
