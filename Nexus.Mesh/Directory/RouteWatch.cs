using System.Threading.Channels;

namespace Nexus.Mesh.Directory;

/// <summary>A watcher's view: the table as it was when it came, then every change. Its queue is bounded; who overflows it is ended.</summary>
internal sealed class RouteWatch : IDisposable
{
    // Not disposed: it may be cancelled by the directory at any moment, and without a timer it holds nothing.
    private readonly CancellationTokenSource _ended = new();
    private readonly Channel<RouteChange> _changes;
    private readonly RouteDirectory _directory;

    public RouteWatch(RouteDirectory directory, RouteTable snapshot, int queueLength)
    {
        _directory = directory;
        Snapshot = snapshot;
        // Written under the directory's lock only. A full queue is seen by TryWrite.
        _changes = Channel.CreateBounded<RouteChange>(new BoundedChannelOptions(queueLength) { SingleReader = true, SingleWriter = true });
    }

    public RouteTable Snapshot { get; }

    /// <summary>Why it is over; null while it is not. Written under the directory's lock.</summary>
    public WatchEnd? End { get; internal set; }

    /// <summary>Cancelled when it is over.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>The changes after the snapshot, without a gap, until the watch or the caller ends it.</summary>
    public IAsyncEnumerable<RouteChange> ReadAllAsync(CancellationToken cancellationToken) => _changes.Reader.ReadAllAsync(cancellationToken);

    public void Dispose() => _directory.Finish(this, WatchEnd.Left);

    internal bool TryAdd(RouteChange change) => _changes.Writer.TryWrite(change);

    internal void SignalEnd()
    {
        _changes.Writer.TryComplete();
        _ended.Cancel();
    }
}
