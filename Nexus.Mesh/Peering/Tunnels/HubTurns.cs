using System.Collections.Concurrent;
using System.Collections.Immutable;
using Nexus.Contracts.Carriers;
using Nexus.Mesh.Directory;

namespace Nexus.Mesh.Peering.Tunnels;

/// <summary>In which order the hubs that serve a key are tried: by chance and weight, those that just could not be reached last.</summary>
internal sealed class HubTurns(TimeProvider time)
{
    /// <summary>A dead hub stays in the directory until its lease ends.</summary>
    private static readonly TimeSpan s_avoid = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, long> _failed = new(StringComparer.Ordinal);

    public IEnumerable<HubTarget> Order(ImmutableArray<LocalRoute> routes)
    {
        if (routes.Length == 1) return [routes[0].Target];
        return routes.OrderBy(route => IsAvoided(route.Target)).ThenByDescending(Draw).Select(route => route.Target);
    }

    public void NoteRefusal(HubTarget hub, OpenRefusal refusal)
    {
        if (refusal is not (OpenRefusal.Unreachable or OpenRefusal.Timeout)) return;
        foreach (var (id, failed) in _failed)
        {
            if (time.GetElapsedTime(failed) >= s_avoid) _failed.TryRemove(id, out _);
        }

        _failed[hub.Id] = time.GetTimestamp();
    }

    /// <summary>Whether it just could not be reached.</summary>
    public bool IsAvoided(HubTarget hub) => _failed.TryGetValue(hub.Id, out var failed) && time.GetElapsedTime(failed) < s_avoid;

    /// <summary>Each is first as often as its part of the weights (Efraimidis and Spirakis, 2006).</summary>
    private static double Draw(LocalRoute route) => Math.Pow(Random.Shared.NextDouble(), 1.0 / Math.Max(1, route.Terms.Weight));
}
