using System.Threading.Channels;
using Nexus.Protocol.Naming;

namespace Nexus.Hub.Sessions;

/// <summary>
/// The routes that this hub serves, for the one who announces them: everything at first, then what changed since it last
/// asked. Changes of one key coalesce, so the ledger is never larger than the routes themselves.
/// </summary>
internal sealed class RouteLedger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<RouteKey, RouteWeight> _weights = [];
    private readonly HashSet<RouteKey> _changed = [];
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private bool _withdrawn;

    /// <summary>All of them at once: a session that joins or leaves is one change.</summary>
    public void Set(IEnumerable<RouteWeight> routes)
    {
        lock (_gate)
        {
            foreach (var route in routes)
            {
                if (route.Weight > 0) _weights[route.Key] = route;
                else _weights.Remove(route.Key);
                if (!_withdrawn) _changed.Add(route.Key);
            }
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>The hub stops: from here on it serves nothing, as far as others are concerned.</summary>
    public void Withdraw()
    {
        lock (_gate)
        {
            _withdrawn = true;
            _changed.UnionWith(_weights.Keys);
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>All routes; earlier changes are contained.</summary>
    public RouteWeight[] TakeAll()
    {
        lock (_gate)
        {
            _changed.Clear();
            return _withdrawn ? [] : [.. _weights.Values];
        }
    }

    /// <summary>The present weights of the keys that changed since the last time.</summary>
    public RouteWeight[] TakeChanges()
    {
        lock (_gate)
        {
            RouteWeight[] changes = [.. _changed.Select(key => _withdrawn ? new(key, 0) : _weights.GetValueOrDefault(key, new(key, 0)))];
            _changed.Clear();
            return changes;
        }
    }

    /// <summary>Completes when something may have changed since the last take.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken) => await _signal.Reader.ReadAsync(cancellationToken);
}
