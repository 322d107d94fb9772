namespace Nexus.Edge.Routing;

/// <summary>
/// The order in which one connection tries the targets of its route: by turns and weight, each once, those that just
/// failed last, and not more than a few in all.
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
        var target = FromTurns() ?? FromTheRest();
        if (target is not null) _tried.Add(target);
        return target;
    }

    private Target? FromTurns()
    {
        for (var turn = 0; turn < route.Targets.Length; turn++)
        {
            if (route.Next() is not { } target) return null;
            if (!target.IsAvoided(time) && !_tried.Contains(target)) return target;
            if (route.Targets.Length == 1) return target; // nobody else
        }
        return null;
    }

    /// <summary>Turns may come back to the heavy ones too often: the first that was not tried, trusted ones first.</summary>
    private Target? FromTheRest()
    {
        Target? avoided = null;
        foreach (var (target, _, _) in route.Targets)
        {
            if (_tried.Contains(target)) continue;
            if (!target.IsAvoided(time)) return target;
            avoided ??= target;
        }
        return avoided;
    }
}
