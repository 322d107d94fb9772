using System.Diagnostics;
using Nexus.Benchmarks.Field.Measuring;

namespace Nexus.Benchmarks.LargeHub;

/// <summary>All figures with one number of keys, in processes that are new.</summary>
internal sealed class LargeHubRun(LargeHubSystem system, LargeHubOptions options, int keys) : IAsyncDisposable
{
    private const double KibibytesOfMebibyte = 1024;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly ScriptedHub _hub = new(system.HubMesh.GrpcAddress);
    private readonly PlayedEdge[] _near = [new(system.HubMesh.GrpcAddress), new(system.OtherMesh.GrpcAddress)];
    private readonly PlayedEdge _far = new(system.FarMesh.GrpcAddress);

    public async Task<LargeHubFigures> MeasureAsync(CancellationToken cancellationToken)
    {
        await QuietAsync(cancellationToken);
        var empty = system.Resident();
        var before = system.Usage();
        var began = Stopwatch.GetTimestamp();
        await _hub.OpenAsync(keys);
        var known = await Task.WhenAll(Edges.Select(edge => edge.UntilAsync(table => table.RouteCount == keys, s_limit)));
        var load = Stopwatch.GetElapsedTime(began, known.Max()).TotalSeconds;
        await QuietAsync(cancellationToken);
        var loadCpu = Difference(system.Usage(), before);
        var resident = system.Resident();
        var idle = await IdleAsync(cancellationToken);
        return new()
        {
            Keys = keys,
            Change = await ChangesAsync(idle, cancellationToken),
            LoadSeconds = load,
            LoadCpu = loadCpu,
            KeyBytes = [.. resident.Zip(empty, (after, none) => (after - none) * 1024.0 / keys)],
            Resident = [.. resident.Select(each => each / KibibytesOfMebibyte)],
            IdleCpu = [.. idle.Cpu.Select(each => each * 60)],
            Snapshot = await SnapshotsAsync(cancellationToken),
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var edge in Edges) await edge.DisposeAsync();
        await _hub.DisposeAsync();
    }

    private PlayedEdge[] Edges => [.. _near, _far];

    private static double[] Difference(double[] after, double[] before) => [.. after.Zip(before, (left, right) => left - right)];

    private Task QuietAsync(CancellationToken cancellationToken) => Pause.ForAsync(TimeSpan.FromSeconds(options.QuietSeconds), cancellationToken);

    private async Task<IdleRate> IdleAsync(CancellationToken cancellationToken)
    {
        if (options.IdleSeconds == 0) return new(new double[LargeHubSystem.Parts.Count], 0);
        var (usage, commands, began) = (system.Usage(), await system.CommandsAsync(), Stopwatch.GetTimestamp());
        await Pause.ForAsync(TimeSpan.FromSeconds(options.IdleSeconds), cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return new([.. Difference(system.Usage(), usage).Select(each => each / seconds)], (await system.CommandsAsync() - commands) / seconds);
    }

    private async Task<ChangeFigures> ChangesAsync(IdleRate idle, CancellationToken cancellationToken)
    {
        for (var i = 0; i < options.Changes / 4; i++) await ChangeAsync(i, cancellationToken); // what is compiled in them is no change's
        List<double> near = [];
        List<double> every = [];
        var (usage, commands, bytes, began) = (system.Usage(), await system.CommandsAsync(), _far.Bytes, Stopwatch.GetTimestamp());
        for (var i = 0; i < options.Changes; i++)
        {
            var (toNear, toEvery) = await ChangeAsync(i, cancellationToken);
            near.Add(toNear);
            every.Add(toEvery);
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var used = Difference(system.Usage(), usage).Zip(idle.Cpu, (all, idling) => (all - (idling * seconds)) * 1_000 / options.Changes);
        var written = await system.CommandsAsync() - commands - (idle.Commands * seconds);
        return new(new(every), new(near), [.. used], written / options.Changes, (double)(_far.Bytes - bytes) / options.Changes);
    }

    /// <summary>A name comes, with an even number, or goes again; milliseconds until the edges know.</summary>
    private async Task<(double ToNear, double ToEvery)> ChangeAsync(int number, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (name, isServed) = ($"new{number / 2}.customers.example.com", number % 2 == 0);
        var seeing = Edges.Select(edge => edge.UntilServedAsync(name, isServed, s_limit)).ToArray();
        var began = Stopwatch.GetTimestamp();
        _hub.Set(name, isServed);
        var seen = await Task.WhenAll(seeing);
        return (Stopwatch.GetElapsedTime(began, seen.SkipLast(1).Max()).TotalMilliseconds, Stopwatch.GetElapsedTime(began, seen.Max()).TotalMilliseconds);
    }

    private async Task<SnapshotFigures> SnapshotsAsync(CancellationToken cancellationToken)
    {
        List<double> milliseconds = [];
        var (bytes, before) = (0L, system.Usage());
        for (var i = 0; i < options.Snapshots; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var began = Stopwatch.GetTimestamp();
            await using var edge = new PlayedEdge(system.OtherMesh.GrpcAddress);
            milliseconds.Add(Stopwatch.GetElapsedTime(began, await edge.UntilAsync(table => table.RouteCount >= keys, s_limit)).TotalMilliseconds);
            bytes = edge.Bytes;
        }

        return new(new(milliseconds), Difference(system.Usage(), before)[LargeHubSystem.OtherPart] * 1_000 / options.Snapshots, bytes);
    }

    /// <summary>What each second costs in which nothing changes: CPU seconds of each part, and Redis' commands.</summary>
    private sealed record IdleRate(double[] Cpu, double Commands);
}
