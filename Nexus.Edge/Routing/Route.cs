using System.Collections.Immutable;
using Nexus.Protocol.Balancing;

namespace Nexus.Edge.Routing;

/// <summary>The targets that serve one key, and whose turn it is. A change of the targets makes a new route.</summary>
internal sealed class Route
{
    private readonly WeightedRoundRobin<Target> _here = new();
    private readonly WeightedRoundRobin<Target> _abroad = new(); // their weights must not take turns from those that are preferred

    public Route(ImmutableArray<WeightedTarget> targets)
    {
        Targets = targets;
        foreach (var (target, weight, flowIdleTimeout) in targets)
        {
            (target.IsHere ? _here : _abroad).Add(target, weight);
            if (flowIdleTimeout > FlowIdleTimeout) FlowIdleTimeout = flowIdleTimeout;
            IsHere |= target.IsHere;
        }
    }

    public ImmutableArray<WeightedTarget> Targets { get; }

    /// <summary>Whether any of them is in this region; a target never changes sides.</summary>
    public bool IsHere { get; }

    /// <summary>The longest of all targets; zero when none says.</summary>
    public TimeSpan FlowIdleTimeout { get; }

    /// <summary>Whose turn it is in this region, or <paramref name="abroad"/>.</summary>
    public Target? Next(bool abroad = false) => (abroad ? _abroad : _here).TryNext(out var target) ? target : null;

    public Route With(WeightedTarget weighted)
    {
        var at = IndexOf(weighted.Target.Id);
        if (at < 0) return new(Targets.Add(weighted));
        return Targets[at] == weighted ? this : new(Targets.SetItem(at, weighted));
    }

    /// <summary>Null when no target is left.</summary>
    public Route? Without(string targetId)
    {
        var at = IndexOf(targetId);
        if (at < 0) return this;
        return Targets.Length == 1 ? null : new(Targets.RemoveAt(at));
    }

    private int IndexOf(string targetId)
    {
        for (var i = 0; i < Targets.Length; i++)
        {
            if (Targets[i].Target.Id == targetId) return i;
        }
        return -1;
    }
}
