using System.Globalization;
using Nexus.Benchmarks.Field.Measuring;
using Nexus.Benchmarks.Field.Targets;

namespace Nexus.Benchmarks.Field.Report;

/// <summary>What Nexus promises, for as much of it as was measured.</summary>
internal static class FieldVerdicts
{
    private const double MaxCpu = 3;
    private const double MinThroughputOfSsh = 2.2;
    private const double MinConnectionsOfHaproxy = 0.5;
    private const double MaxCpuOfUsual = 2;

    private const double MaxStallLeft = 60; // a fifth of what they may cost: allocators keep a little

    private static readonly string[] s_directions = ["down", "up"];
    private static readonly int[] s_users = [1, 16, 64];
    private static readonly int[] s_idleUsers = [1_000, 10_000];
    private static readonly string[] s_nodes = ["edge", "hub", "mesh", "certs"];

    public static IReadOnlyList<FieldVerdict> Of(FieldResults results) =>
    [
        Failures(results),
        .. Cpu(results),
        .. Throughput(results),
        .. Connections(results),
        .. RoundTrips(results),
        .. Delayed(results),
        .. Memory(results),
        .. Against(results, TargetNames.NexusGrpc, "the gRPC carrier", "hand-over's"),
        .. Against(results, TargetNames.NexusPeer, "the way through a peer", "the local way's"),
    ];

    private static FieldVerdict Failures(FieldResults results) => new("measurements with users reset, short or not answered", false, 0, results.Failures.Count);

    private static IEnumerable<FieldVerdict> Cpu(FieldResults results) =>
        from direction in s_directions
        from users in s_users
        let value = Nexus(results, FieldFigures.Cpu(direction, users, FieldFigures.OnPath))
        where value is not null
        select new FieldVerdict(Text($"CPU s/GiB of edge, hub and client, {direction}, {users} users"), false, MaxCpu, value.Value);

    private static IEnumerable<FieldVerdict> Throughput(FieldResults results) =>
        from direction in s_directions
        from users in s_users
        let value = Ratio(results, FieldFigures.Throughput(direction, users), TargetNames.Ssh, FieldFigures.Throughput(direction, 1))
        where value is not null
        select new FieldVerdict(Text($"throughput {direction}, {users} users, × ssh -R's of one user"), true, MinThroughputOfSsh, value.Value);

    private static IEnumerable<FieldVerdict> Connections(FieldResults results)
    {
        if (Ratio(results, FieldFigures.RawConnections, TargetNames.Haproxy, FieldFigures.RawConnections) is { } ratio)
            yield return new("new raw connections/s, × haproxy's", true, MinConnectionsOfHaproxy, ratio);
    }

    private static IEnumerable<FieldVerdict> RoundTrips(FieldResults results)
    {
        foreach (var (percentile, limit) in new[] { ("p50", 1.5), ("p99", 2.0) })
        {
            var figure = FieldFigures.RoundTrip(FieldFigures.IdleLatency, percentile);
            if (Ratio(results, figure, TargetNames.Haproxy, figure) is { } ratio) yield return new($"round trip {percentile}, × haproxy's", false, limit, ratio);
        }

        var idle = FieldFigures.RoundTrip(FieldFigures.IdleLatency, "p99");
        if (Ratio(results, FieldFigures.RoundTrip(FieldFigures.BusyLatency, "p99"), TargetNames.Nexus, idle) is { } beside)
            yield return new("round trip p99 beside 8 bulk users, × idle", false, 5, beside);
    }

    private static IEnumerable<FieldVerdict> Delayed(FieldResults results)
    {
        if (Nexus(results, FieldFigures.DelayedThroughput) is { } value) yield return new("one stream over 50 ms round trip, MiB/s", true, 36, value);
    }

    private static IEnumerable<FieldVerdict> Memory(FieldResults results)
    {
        if (Nexus(results, FieldFigures.StallGrowth) is { } growth) yield return new("256 stalled users: growth of hub and client, MB", false, 300, growth);
        if (Nexus(results, FieldFigures.StallLeft) is { } left) yield return new("256 stalled users: what is left of it when they have gone, MB", false, MaxStallLeft, left);
        foreach (var users in s_idleUsers)
        {
            if (Nexus(results, FieldFigures.MemoryOfUser(users)) is { } each) yield return new(Text($"RSS of an idle user ({users} users), KB"), false, 20, each);
        }

        var nodes = s_nodes.Select(role => Nexus(results, FieldFigures.Memory(0, role))).ToList();
        if (nodes.All(value => value is not null)) yield return new("base RSS of edge, hub, mesh and certs, MB", false, 350, nodes.Sum() ?? 0);
        if (Nexus(results, FieldFigures.Memory(0, "client")) is { } client) yield return new("base RSS of the client, MB", false, 60, client);
    }

    /// <summary>How much more than the usual way another one may cost.</summary>
    private static IEnumerable<FieldVerdict> Against(FieldResults results, string target, string what, string whose) =>
        from direction in s_directions
        from users in s_users
        let figure = FieldFigures.Cpu(direction, users, FieldFigures.OnPath)
        let nexus = Nexus(results, figure)
        let other = results.Median(target, figure)
        where nexus > 0 && other is not null
        select new FieldVerdict(Text($"CPU of {what}, {direction}, {users} users, × {whose}"), false, MaxCpuOfUsual, other.Value / nexus.Value);

    private static double? Nexus(FieldResults results, string figure) => results.Median(TargetNames.Nexus, figure);

    private static double? Ratio(FieldResults results, string figure, string other, string otherFigure) =>
        Nexus(results, figure) is { } value && results.Median(other, otherFigure) is { } reference && reference > 0 ? value / reference : null;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
