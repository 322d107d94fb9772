using System.Diagnostics;
using Nexus.Benchmarks.Field.Measuring;
using Nexus.Benchmarks.LargeHub;

namespace Nexus.Benchmarks.Fleet;

/// <summary>Kills the hub that has all sessions, and looks on.</summary>
internal sealed class FleetRun(FleetSystem system, FleetOptions options)
{
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(5);

    public static TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(250);

    public async Task<FleetFigures> MeasureAsync(CancellationToken cancellationToken)
    {
        var back = new FleetArrivals(system.Surviving.GrpcAddress);
        await using var edge = new PlayedEdge(system.Mesh.GrpcAddress, back.Add);
        var before = await system.ConnectAsync(options, cancellationToken);
        await edge.UntilAsync(table => table.RouteCount == options.Sessions, TimeSpan.FromSeconds(options.LimitSeconds));
        if (back.Count > 0) throw new InvalidOperationException($"{back.Count} sessions are at the wrong hub already.");
        await Pause.ForAsync(s_settle, cancellationToken);

        var usage = Usage();
        system.Dying.Process.Kill();
        var died = Stopwatch.GetTimestamp();
        var (cores, resident) = await WatchAsync(back, died, cancellationToken);
        var used = Usage().Zip(usage, (after, earlier) => after - earlier).ToList();
        var after = await system.EndSessionsAsync(cancellationToken);
        var arrivals = await system.EndEntranceAsync(cancellationToken);
        return new()
        {
            Sessions = options.Sessions,
            Back = [.. back.Take().Select(Since).Order()],
            Attempts = [.. arrivals.Where(arrival => arrival > died).Select(Since)],
            Failed = after.Where(count => count.Key != AttemptCounts.Opened).ToDictionary(count => count.Key, count => count.Value - before.GetValueOrDefault(count.Key)),
            HubCpu = used[0],
            MeshCpu = used[1],
            ClientCpu = used[2],
            EntranceCpu = used[3],
            HubCores = new(cores),
            HubResident = resident,
        };

        double Since(long timestamp) => Stopwatch.GetElapsedTime(died, timestamp).TotalSeconds;
    }

    private double[] Usage() => [.. new[] { system.Surviving.Process, system.Mesh.Process, system.Sessions, system.Entrance }.Select(process => ProcessUsage.Of([process.Id]).Seconds)];

    /// <summary>Until all are back, or the time is over.</summary>
    private async Task<(List<double> Cores, long Resident)> WatchAsync(FleetArrivals back, long died, CancellationToken cancellationToken)
    {
        List<double> cores = [];
        var (last, at, resident) = (HubSeconds(), died, 0L);
        using var pace = new PeriodicTimer(Interval);
        while (back.Count < options.Sessions && Stopwatch.GetElapsedTime(died).TotalSeconds < options.LimitSeconds + 5 && await pace.WaitForNextTickAsync(cancellationToken))
        {
            if (Stopwatch.GetElapsedTime(at) < Interval / 2) continue; // a tick that came late is followed by one that says nothing
            var (used, now) = (HubSeconds(), Stopwatch.GetTimestamp());
            cores.Add((used - last) / Stopwatch.GetElapsedTime(at, now).TotalSeconds);
            (last, at) = (used, now);
            resident = Math.Max(resident, ProcessMemory.Of([system.Surviving.Process.Id]).Rss);
        }

        return (cores.Count > 0 ? cores : [0], resident);
    }

    private double HubSeconds() => ProcessUsage.Of([system.Surviving.Process.Id]).Seconds;
}
