using Nexus.Benchmarks.Field.Load;
using Nexus.Benchmarks.Field.Targets;

namespace Nexus.Benchmarks.Field.Measuring;

/// <summary>Memory that users cost who stop reading in mid-download, and what of it is left when they have gone.</summary>
internal sealed class StallPhase(FieldOptions options) : IFieldPhase
{
    private const long BytesBefore = 1 << 20; // that each reads before it stops
    private const double KibibytesOfMegabyte = 1e6 / 1024;

    private readonly TimeSpan _filling = TimeSpan.FromSeconds(options.QuietSeconds);

    public string Name => "stalled users";

    public bool NeedsFreshTarget => true;

    public TimeSpan RoundTrip => TimeSpan.Zero;

    public async Task MeasureAsync(FieldTarget target, int round, FieldResults results, CancellationToken cancellationToken)
    {
        if (target.Roles.Count == 0) return; // nothing in between
        await WarmUpAsync(target, results, cancellationToken);
        var before = ResidentOf(target);
        var plan = options.Plan(LoadKind.Stall, target, FieldNames.Bulk) with { Users = options.StalledUsers, Bytes = BytesBefore };
        await using var load = await FieldLoad.HoldAsync(plan, cancellationToken);
        await Pause.ForAsync(_filling, cancellationToken);
        var peak = ResidentOf(target);
        FieldLoad.Report(await load.StopAsync(cancellationToken), target.Name, Name, results);
        await Pause.ForAsync(TimeSpan.FromSeconds(options.SettleSeconds), cancellationToken);
        var after = ResidentOf(target);
        results.Add(target.Name, FieldFigures.StallGrowth, round, (peak - before) / KibibytesOfMegabyte);
        results.Add(target.Name, FieldFigures.StallLeft, round, (after - before) / KibibytesOfMegabyte);
    }

    /// <summary>So that what any first user costs is not counted as growth.</summary>
    private async Task WarmUpAsync(FieldTarget target, FieldResults results, CancellationToken cancellationToken)
    {
        var plan = options.Plan(LoadKind.Down, target, FieldNames.Bulk) with { Bytes = 64 << 20 };
        FieldLoad.Report(await FieldLoad.RunAsync(plan, cancellationToken), target.Name, "stalled users: warm-up", results);
    }

    /// <summary>Of the tunnel's two ends; where there is no such thing, of everything that the bytes go through.</summary>
    private static long ResidentOf(FieldTarget target)
    {
        var ends = target.Roles.Where(role => role.Name is "hub" or "client").ToList();
        return (ends.Count > 0 ? ends : target.Roles.Where(role => role.IsOnPath)).Sum(role => ProcessMemory.Of(role.Processes()).Rss);
    }
}
