using System.Globalization;
using Nexus.Benchmarks.Field.Measuring;

namespace Nexus.Benchmarks.Siblings;

/// <summary><c>siblings [seconds [rounds]]</c>: what one user that never reads costs the 63 others of its backend.</summary>
internal static class SiblingsCommand
{
    private const double LimitMilliseconds = 10;

    /// <summary>Prints both distributions; 1 when the 99th percentiles differ by 10 ms or more.</summary>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        var duration = TimeSpan.FromSeconds(arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 3);
        var rounds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 4;
        await MeasureAsync(isOneStalled: true, TimeSpan.FromSeconds(1)); // the code is compiled
        List<double> free = [];
        List<double> beside = [];
        for (var round = 0; round < rounds; round++) // by turns: what else the machine does hits both
        {
            free.AddRange(await MeasureAsync(isOneStalled: false, duration));
            beside.AddRange(await MeasureAsync(isOneStalled: true, duration));
        }

        var (without, with) = (Describe("all read", free, output), Describe("one never reads", beside, output));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{(with - without < LimitMilliseconds ? "ok  " : "FAIL")} p99 differs by {with - without:0.00} ms"));
        return with - without < LimitMilliseconds ? 0 : 1;
    }

    private static async Task<List<double>> MeasureAsync(bool isOneStalled, TimeSpan duration)
    {
        await using var run = await SiblingsRun.StartAsync(isOneStalled);
        return await run.MeasureAsync(duration);
    }

    private static double Describe(string name, List<double> times, TextWriter output)
    {
        var all = new Distribution(times);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {all.Count} round trips, p50 {all.Median:0.00} ms, p99 {all.At(0.99):0.00} ms, max {all.Most:0.00} ms"));
        return all.At(0.99);
    }
}
