using System.Globalization;
using Nexus.Hub.Bandwidth;

namespace Nexus.Benchmarks.Bandwidth;

/// <summary>
/// <c>bandwidth [MiB [rounds]]</c>: what the hub's limit costs: processor time per GiB without a limit, and under one that is
/// never reached. Both in turns, so that what else the machine does hits both alike.
/// </summary>
internal static class BandwidthCommand
{
    private const int Mebibyte = 1 << 20;
    private const int DefaultMebibytes = 64;
    private const int DefaultRounds = 32; // many short ones: single rounds differ by a third on a busy machine
    private const long NeverReached = 100_000_000_000; // bytes per second

    /// <summary>Prints a line for each direction and limit.</summary>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        var bytes = (arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : DefaultMebibytes) * (long)Mebibyte;
        var rounds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : DefaultRounds;
        using var scheduler = new BandwidthScheduler(NeverReached, TimeProvider.System);
        foreach (var (direction, measure) in new (string, Func<BackendBandwidth?, long, Task<TimeSpan>>)[] { ("upload", RelayLoad.UploadAsync), ("download", RelayLoad.DownloadAsync) })
        {
            List<double> off = [];
            List<double> on = [];
            await measure(null, bytes / 4);
            await measure(scheduler.OpenBackend(), bytes / 4);
            for (var round = 0; round < rounds; round++)
            {
                off.Add(PerGibibyte(await measure(null, bytes), bytes));
                on.Add(PerGibibyte(await measure(scheduler.OpenBackend(), bytes), bytes));
            }

            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{direction}: CPU s/GiB without a limit {Median(off):0.000} (least {off.Min():0.000}), under a high limit {Median(on):0.000} (least {on.Min():0.000}), ratio {Median(on) / Median(off):0.000} (of the least {on.Min() / off.Min():0.000})"));
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"waits: {scheduler.Waits}"));
        return 0;
    }

    private static double PerGibibyte(TimeSpan time, long bytes) => time.TotalSeconds / bytes * (1024.0 * Mebibyte);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
