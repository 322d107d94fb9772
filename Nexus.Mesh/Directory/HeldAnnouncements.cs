using System.Threading.Channels;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Directory;

/// <summary>
/// The announcements that this process holds first-hand, for the one who passes them on: what changed since it last asked.
/// Changes of one key coalesce, and many of one announcement become "all", so what waits is bounded whoever asks how seldom.
/// </summary>
internal sealed class HeldAnnouncements
{
    /// <summary>Beyond so many keys of one announcement all are looked at.</summary>
    public const int MaxKeysOfOne = 10_000;

    /// <summary>Of more ends than this the oldest are forgotten; what they left elsewhere ends with its lease.</summary>
    public const int MaxEnded = 10_000;

    private readonly Lock _lock = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Dictionary<RouteAnnouncement, HashSet<RouteKey>?> _changed = [];
    private Queue<RouteAnnouncement> _ended = [];

    /// <summary>Completes when something may have changed since the last take.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken) => await _signal.Reader.ReadAsync(cancellationToken);

    /// <summary>Ends a wait although nothing has changed: there is another reason to look.</summary>
    public void Wake() => _signal.Writer.TryWrite(true);

    /// <summary>What has changed and what has ended since the last time. Who is in both has ended.</summary>
    public (IReadOnlyList<HeldChange> Changed, IReadOnlyCollection<RouteAnnouncement> Ended) Take()
    {
        lock (_lock)
        {
            var taken = (_changed, _ended);
            (_changed, _ended) = ([], []);
            return ([.. taken._changed.Select(change => new HeldChange(change.Key, change.Value))], taken._ended);
        }
    }

    /// <summary>The announcement counts from now on, with all its routes.</summary>
    internal void Began(RouteAnnouncement announcement)
    {
        lock (_lock) { _changed[announcement] = null; }
        _signal.Writer.TryWrite(true);
    }

    internal void Changed(RouteAnnouncement announcement, RouteChange change)
    {
        lock (_lock)
        {
            if (!_changed.TryGetValue(announcement, out var keys)) _changed[announcement] = keys = [];
            if (keys is null) return;
            keys.UnionWith(change.Upserts.Select(route => route.Key));
            keys.UnionWith(change.Removals);
            if (keys.Count > MaxKeysOfOne) _changed[announcement] = null;
        }

        _signal.Writer.TryWrite(true);
    }

    internal void Ended(RouteAnnouncement announcement)
    {
        lock (_lock)
        {
            _changed.Remove(announcement);
            _ended.Enqueue(announcement);
            if (_ended.Count > MaxEnded) _ended.Dequeue();
        }

        _signal.Writer.TryWrite(true);
    }
}
