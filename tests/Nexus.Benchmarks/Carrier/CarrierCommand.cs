using System.Globalization;

namespace Nexus.Benchmarks.Carrier;

/// <summary>
/// <c>carrier [seconds [rounds [load]]]</c>: what the gRPC carrier costs. The edge's and the hub's end are processes of their own; users in this one
/// download and upload over loopback, one and sixteen of them
/// (down1, down16, up1, up16; one of these as the load leaves out the others). Medians of the rounds.
/// </summary>
internal static class CarrierCommand
{
    private const double Gibibyte = 1 << 30;
    private const double Mebibyte = 1 << 20;

    private static readonly (bool IsDownload, int Users)[] s_loads = [(true, 1), (true, 16), (false, 1), (false, 16)];

    /// <summary>Prints a line for each load.</summary>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        var duration = TimeSpan.FromSeconds(arguments.Length > 0 ? double.Parse(arguments[0], CultureInfo.InvariantCulture) : 3);
        var rounds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 3;
        var loads = s_loads.Where(load => arguments.Length < 3 || arguments[2] == Name(load)).ToArray();
        await using var hub = await CarrierProcess.StartAsync("hub");
        await using var edge = await CarrierProcess.StartAsync("edge", hub.Address);
        var measured = loads.ToDictionary(load => load, _ => new List<CarrierCost>());
        for (var i = 0; i < 8; i++) await MeasureAsync(edge, hub, loads[i % loads.Length], TimeSpan.FromSeconds(1.5)); // all is compiled for good
        for (var round = 0; round < rounds; round++)
        {
            foreach (var load in loads) measured[load].Add(await MeasureAsync(edge, hub, load, duration));
        }

        await output.WriteLineAsync("| load | CPU s/GiB edge | hub | both | MiB/s | allocated KiB/GiB edge | hub |");
        await output.WriteLineAsync("|---|---|---|---|---|---|---|");
        foreach (var (load, costs) in measured)
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {Name(load)} | {Median(costs, cost => cost.Edge):0.00} | {Median(costs, cost => cost.Hub):0.00} | {Median(costs, cost => cost.Edge + cost.Hub):0.00} | {Median(costs, cost => cost.Rate):0} | {Median(costs, cost => cost.EdgeAllocated):0} | {Median(costs, cost => cost.HubAllocated):0} |"));
        }

        return 0;
    }

    private static async Task<CarrierCost> MeasureAsync(CarrierProcess edge, CarrierProcess hub, (bool IsDownload, int Users) load, TimeSpan duration)
    {
        await using var users = await CarrierUsers.StartAsync(edge.Address, load.Users, load.IsDownload);
        await Task.Delay(TimeSpan.FromMilliseconds(300)); // windows and pools have their size
        var (edgeBefore, hubBefore, started) = (await edge.AskAsync(), await hub.AskAsync(), TimeProvider.System.GetTimestamp());
        await Task.Delay(duration);
        var (edgeUsed, hubUsed, took) = (await edge.AskAsync() - edgeBefore, await hub.AskAsync() - hubBefore, TimeProvider.System.GetElapsedTime(started));
        var gibibytes = hubUsed.Moved / Gibibyte;
        return new(
            edgeUsed.CpuSeconds / gibibytes,
            hubUsed.CpuSeconds / gibibytes,
            hubUsed.Moved / Mebibyte / took.TotalSeconds,
            edgeUsed.Allocated / 1024 / gibibytes,
            hubUsed.Allocated / 1024 / gibibytes);
    }

    private static string Name((bool IsDownload, int Users) load) => string.Create(CultureInfo.InvariantCulture, $"{(load.IsDownload ? "down" : "up")}{load.Users}");

    private static double Median(List<CarrierCost> costs, Func<CarrierCost, double> figure) => costs.Select(figure).Order().ElementAt(costs.Count / 2);

    /// <summary>One measurement: CPU seconds and KiB per GiB of payload, MiB per second.</summary>
    private readonly record struct CarrierCost(double Edge, double Hub, double Rate, double EdgeAllocated, double HubAllocated);
}
