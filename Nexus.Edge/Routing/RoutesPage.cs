using System.Text.Json;

namespace Nexus.Edge.Routing;

/// <summary>The table in force, for people and their tools: <c>GET /routes</c>, with the keys <c>GET /routes?keys=100</c>.</summary>
internal static class RoutesPage
{
    private const int LargestMaxKeys = 100_000;

    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static string Describe(RouteTable table, uint maxKeys) => JsonSerializer.Serialize(
        new Page(table.RouteCount, [.. table.Targets.OrderBy(target => target.Id, StringComparer.Ordinal).Select(target => Describe(table, target, maxKeys))]), s_json);

    private static TargetEntry Describe(RouteTable table, Target target, uint maxKeys) => new(
        target.Id,
        target.Address,
        target.Distance,
        table.CountKeysOf(target.Id),
        [.. table.RoutesOf(target.Id).Take((int)Math.Min(maxKeys, LargestMaxKeys)).Select(route => new RouteEntry(route.Key.ToWireText(), route.Weight)).OrderBy(route => route.Key, StringComparer.Ordinal)]);

    private sealed record Page(int Keys, IReadOnlyList<TargetEntry> Targets);

    private sealed record TargetEntry(string Id, string StreamAddress, int DistanceMilliseconds, int Keys, IReadOnlyList<RouteEntry> Served);

    private sealed record RouteEntry(string Key, int Weight);
}
