using Nexus.Benchmarks.Field.Load;
using Nexus.Benchmarks.Field.Targets;

namespace Nexus.Benchmarks.Field.Measuring;

/// <summary>One download while the tunnel's line has a round trip of 50 ms.</summary>
internal sealed class DelayPhase(FieldOptions options) : IFieldPhase
{
    private const double Mebibyte = 1 << 20;
    private const long MostBytes = 512L << 20;
    private const long WarmUpBytes = 64L << 20; // code is compiled, the connection's window has grown

    public string Name => "50 ms";

    public bool NeedsFreshTarget => true;

    public TimeSpan RoundTrip => TimeSpan.FromMilliseconds(50);

    public async Task MeasureAsync(FieldTarget target, int round, FieldResults results, CancellationToken cancellationToken)
    {
        var plan = options.Plan(LoadKind.Down, target, FieldNames.Bulk) with { Bytes = Math.Min(options.Bytes, WarmUpBytes) };
        FieldLoad.Report(await FieldLoad.RunAsync(plan, cancellationToken), target.Name, $"{Name}: warm-up", results);
        var result = await FieldLoad.RunAsync(plan with { Bytes = Math.Min(options.Bytes, MostBytes) }, cancellationToken);
        FieldLoad.Report(result, target.Name, Name, results);
        results.Add(target.Name, FieldFigures.DelayedThroughput, round, result.Bytes / Mebibyte / result.Seconds);
    }
}
