namespace Nexus.Testing;

/// <summary>
/// A place where the code under test stops until the test lets it go on: hand <see cref="ArriveAsync"/> to the code,
/// await <see cref="WaitForArrivalAsync"/> in the test, then call <see cref="Release"/>. One use each.
/// </summary>
public sealed class SyncPoint
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool HasArrived => _arrived.Task.IsCompleted;

    /// <summary>For the code under test: says that it is here and waits for <see cref="Release"/>.</summary>
    public Task ArriveAsync(CancellationToken cancellationToken = default)
    {
        _arrived.TrySetResult();
        return _released.Task.WaitAsync(cancellationToken);
    }

    /// <summary>For the test: completes when the code under test stands here.</summary>
    public Task WaitForArrivalAsync(CancellationToken cancellationToken = default) =>
        _arrived.Task.WaitAsync(TestTimeouts.Default, cancellationToken);

    public void Release() => _released.TrySetResult();
}
