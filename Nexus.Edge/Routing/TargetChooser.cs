namespace Nexus.Edge.Routing;

/// <summary>
/// The order in which one connection tries the targets of its route: the nearest first, among equals by turns and weight, each once, those
/// that just failed last, and not more than a few in all.
/// </summary>
/// <param name="route">The route found for the connection.</param>
/// <param name="maxAttempts">How many targets one connection may try.</param>
/// <param name="time">The clock that <see cref="Target.Avoid"/> uses.</param>
internal sealed class TargetChooser(Route route, int maxAttempts, TimeProvider time)
{
    private readonly List<Target> _tried = new(1);

    public int Attempts => _tried.Count;

    public Target? Next()
    {
        if (_tried.Count >= Math.Min(maxAttempts, route.Targets.Length)) return null;
        var target = Choose(avoided: false) ?? Choose(avoided: true);
        if (target is not null) _tried.Add(target);
        return target;
    }

    /// <summary>Whose turn it is among the nearest of those that are left.</summary>
    private Target? Choose(bool avoided)
    {
        if (FindNearest(avoided) is not { } nearest) return null;
        for (var turn = 0; turn < route.Targets.Length; turn++)
        {
            if (route.Next(abroad: !nearest.IsHere) is { } target && IsLeft(target, avoided) && target.Distance <= nearest.Distance) return target;
        }

        return nearest; // turns may come back to the heavy ones too often
    }

    private Target? FindNearest(bool avoided)
    {
        Target? nearest = null;
        foreach (var (target, _, _) in route.Targets)
        {
            if (IsLeft(target, avoided) && (nearest is null || target.Distance < nearest.Distance)) nearest = target;
        }

        return nearest;
    }

    private bool IsLeft(Target target, bool avoided) => target.IsAvoided(time) == avoided && !_tried.Contains(target);
}
