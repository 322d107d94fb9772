using System.Collections.Concurrent;

namespace Nexus.Edge.Listening;

/// <summary>Owns the tasks of open connections. Bounded by the admission limits in front of it.</summary>
internal sealed class ConnectionSet
{
    private readonly ConcurrentDictionary<Task, byte> _open = new();

    public int Count => _open.Count;

    /// <param name="connection">A task that does not fail.</param>
    public void Add(Task connection)
    {
        _open.TryAdd(connection, 0);
        connection.ContinueWith(static (ended, open) => ((ConcurrentDictionary<Task, byte>?)open)?.TryRemove(ended, out _), _open,
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Completes when those that are open now have ended.</summary>
    public Task WhenEmptyAsync() => Task.WhenAll(_open.Keys);
}
