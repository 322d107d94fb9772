using System.Globalization;
using Nexus.Benchmarks.Field.Load;
using Nexus.Benchmarks.Field.Targets;

namespace Nexus.Benchmarks.Field.Measuring;

/// <summary>Throughput one way, and the CPU time it takes.</summary>
internal sealed class BulkPhase(FieldOptions options, LoadKind direction, int users, TextWriter output) : IFieldPhase
{
    private const double Mebibyte = 1 << 20;
    private const double Gibibyte = 1 << 30;

    private readonly string _direction = direction == LoadKind.Up ? "up" : "down";

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{_direction} {users}");

    public bool NeedsFreshTarget => false;

    public TimeSpan RoundTrip => TimeSpan.Zero;

    public async Task MeasureAsync(FieldTarget target, int round, FieldResults results, CancellationToken cancellationToken)
    {
        var meter = new UsageMeter(target);
        var plan = options.Plan(direction, target, FieldNames.Bulk) with { Users = users, Bytes = options.Bytes };
        var result = await FieldLoad.RunAsync(plan, cancellationToken);
        var used = meter.Read();
        FieldLoad.Report(result, target.Name, Name, results);
        results.Add(target.Name, FieldFigures.Throughput(_direction, users), round, result.Bytes / Mebibyte / result.Seconds);
        var gibibytes = result.Bytes / Gibibyte;
        foreach (var (role, usage) in used)
        {
            results.Add(target.Name, FieldFigures.Cpu(_direction, users, role.Name), round, usage.Seconds / gibibytes);
            if (options.IsProfile) await ProfileAsync(target, role, usage, gibibytes);
        }

        if (used.Count > 0) results.Add(target.Name, FieldFigures.Cpu(_direction, users, FieldFigures.OnPath), round, used.Where(each => each.Role.IsOnPath).Sum(each => each.Usage.Seconds) / gibibytes);
    }

    private Task ProfileAsync(FieldTarget target, FieldRole role, ProcessUsage usage, double gibibytes) => output.WriteLineAsync(string.Create(
        CultureInfo.InvariantCulture,
        $"    {target.Name,-10} {Name,-8} {role.Name,-8} user {usage.UserSeconds / gibibytes,5:0.00} system {usage.SystemSeconds / gibibytes,5:0.00} s/GiB, switches {usage.VoluntarySwitches / gibibytes,8:0} voluntary {usage.InvoluntarySwitches / gibibytes,8:0} not, per GiB"));
}
