using Nexus.Benchmarks.Field.Load;
using Nexus.Benchmarks.Field.Targets;

namespace Nexus.Benchmarks.Field.Measuring;

/// <summary>Round trips at 1,000/s on 64 connections, alone or beside 8 users that download all the time.</summary>
internal sealed class LatencyPhase(FieldOptions options, bool isBusy) : IFieldPhase
{
    private const int Rate = 1_000;
    private const int Connections = 64;
    private const int BulkUsers = 8;

    private readonly string _beside = isBusy ? FieldFigures.BusyLatency : FieldFigures.IdleLatency;

    public string Name => $"round trip {_beside}";

    public bool NeedsFreshTarget => false;

    public TimeSpan RoundTrip => TimeSpan.Zero;

    public async Task MeasureAsync(FieldTarget target, int round, FieldResults results, CancellationToken cancellationToken)
    {
        if (!isBusy)
        {
            await AskAsync(target, round, results, cancellationToken);
            return;
        }

        var plan = options.Plan(LoadKind.Down, target, FieldNames.Bulk) with { Users = BulkUsers, Bytes = long.MaxValue, IsBackground = true };
        await using var bulk = await FieldLoad.HoldAsync(plan, cancellationToken);
        await AskAsync(target, round, results, cancellationToken);
        FieldLoad.Report(await bulk.StopAsync(cancellationToken), target.Name, $"{Name}: bulk", results);
    }

    private async Task AskAsync(FieldTarget target, int round, FieldResults results, CancellationToken cancellationToken)
    {
        var plan = options.Plan(LoadKind.Latency, target, FieldNames.Echo) with
        {
            Users = Connections,
            Rate = Rate,
            Count = Rate * options.Seconds,
            LimitSeconds = options.Seconds + 30,
        };
        var result = await FieldLoad.RunAsync(plan, cancellationToken);
        FieldLoad.Report(result, target.Name, Name, results);
        foreach (var (percentile, milliseconds) in result.Milliseconds) results.Add(target.Name, FieldFigures.RoundTrip(_beside, percentile), round, milliseconds);
    }
}
