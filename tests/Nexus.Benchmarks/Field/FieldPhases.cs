using Nexus.Benchmarks.Field.Load;
using Nexus.Benchmarks.Field.Measuring;

namespace Nexus.Benchmarks.Field;

/// <summary>What is measured, in order.</summary>
internal static class FieldPhases
{
    public static IEnumerable<IFieldPhase> For(FieldOptions options, TextWriter output) => options.Only.SelectMany(figure => For(figure, options, output));

    private static IEnumerable<IFieldPhase> For(string figure, FieldOptions options, TextWriter output) => figure switch
    {
        "down" => options.Users.Select(users => new BulkPhase(options, LoadKind.Down, users, output)),
        "up" => options.Users.Select(users => new BulkPhase(options, LoadKind.Up, users, output)),
        "connect" => [new ConnectPhase(options, isTls: false), new ConnectPhase(options, isTls: true)],
        "latency" => [new LatencyPhase(options, isBusy: false), new LatencyPhase(options, isBusy: true)],
        "idle" => [new IdlePhase(options)],
        "delay" => [new DelayPhase(options)],
        "stall" => [new StallPhase(options)],
        _ => throw new ArgumentOutOfRangeException(nameof(figure), figure, null),
    };
}
