using Nexus.Contracts.Routing.V1;

namespace Nexus.Benchmarks.Fleet;

/// <summary>Which sessions' names an edge has seen at one hub, and when each for the first time.</summary>
/// <param name="streamAddress">The hub's.</param>
internal sealed class FleetArrivals(string streamAddress)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _targets = [];
    private readonly Dictionary<string, long> _seen = [];

    public int Count
    {
        get { lock (_lock) return _seen.Count; }
    }

    /// <summary>A message that the edge got then.</summary>
    public void Add(WatchResponse response, long timestamp)
    {
        lock (_lock)
        {
            var snapshot = response.Snapshot ?? new();
            var delta = response.Delta ?? new();
            _targets.UnionWith(snapshot.Targets.Concat(delta.TargetUpserts).Where(target => target.StreamAddress == streamAddress).Select(target => target.Id));
            foreach (var route in snapshot.Routes.Concat(delta.RouteUpserts).Where(route => _targets.Contains(route.TargetId))) _seen.TryAdd(route.Key.Host, timestamp);
        }
    }

    /// <summary>The timestamps.</summary>
    public IReadOnlyList<long> Take()
    {
        lock (_lock) return [.. _seen.Values];
    }
}
