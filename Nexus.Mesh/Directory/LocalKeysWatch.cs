using System.Threading.Channels;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Directory;

/// <summary>
/// The keys that this region serves, for one who tells others: all as they were when it came, then what changed since it last
/// asked. A key that came and went meanwhile is not told of, so what waits is never more than the keys themselves.
/// </summary>
internal sealed class LocalKeysWatch : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly LocalRouteIndex _index;
    private Dictionary<RouteKey, bool> _pending = [];

    public LocalKeysWatch(LocalRouteIndex index, LocalRoutes snapshot)
    {
        _index = index;
        Snapshot = snapshot;
    }

    /// <summary>What was served when the watch began.</summary>
    public LocalRoutes Snapshot { get; }

    /// <summary>Completes when something may have changed since the last take.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken) => await _signal.Reader.ReadAsync(cancellationToken);

    /// <summary>What has changed since the last time, or since the snapshot.</summary>
    public LocalKeysChange TakeChanges()
    {
        Dictionary<RouteKey, bool> taken;
        lock (_lock)
        {
            taken = _pending;
            _pending = [];
        }

        return new LocalKeysChange([.. taken.Where(key => key.Value).Select(key => key.Key)], [.. taken.Where(key => !key.Value).Select(key => key.Key)]);
    }

    public void Dispose() => _index.Leave(this);

    /// <summary>Keys that are served now and were not, or the other way round.</summary>
    internal void Add(IReadOnlyDictionary<RouteKey, bool> changes)
    {
        lock (_lock)
        {
            foreach (var (key, isServed) in changes)
            {
                // A key comes and goes in turns: a second change undoes the first.
                if (!_pending.Remove(key)) _pending.Add(key, isServed);
            }
        }

        _signal.Writer.TryWrite(true);
    }
}
