using System.Globalization;
using System.Text.Json;
using Nexus.Testing;

namespace Nexus.SystemTests.Chaos;

/// <summary>An edge's table as lines that can be compared: which key leads where, with which weight.</summary>
internal static class EdgeTable
{
    /// <summary>As the edge has it.</summary>
    /// <exception cref="HttpRequestException">It does not answer.</exception>
    public static async Task<SortedSet<string>> ReadAsync(HttpClient client, ServiceProcess edge, CancellationToken cancellationToken)
    {
        using var page = JsonDocument.Parse(await client.GetStringAsync(new Uri($"{edge.HttpAddress}/routes?keys=1000"), cancellationToken));
        SortedSet<string> lines = new(StringComparer.Ordinal);
        foreach (var target in page.RootElement.GetProperty("targets").EnumerateArray())
        {
            var address = target.GetProperty("stream_address").GetString() ?? "";
            foreach (var route in target.GetProperty("served").EnumerateArray())
            {
                var line = Line(route.GetProperty("key").GetString() ?? "", address, target.GetProperty("distance_milliseconds").GetInt32() > 0, route.GetProperty("weight").GetInt32());
                if (!lines.Add(line)) lines.Add($"{line}, twice (by {target.GetProperty("id").GetString()})");
            }
        }

        return lines;
    }

    /// <summary>As it must be.</summary>
    /// <param name="region">The edge's.</param>
    /// <param name="sessions">Those that are open.</param>
    /// <param name="entrances">The region's meshes that lead to the other one.</param>
    public static SortedSet<string> Expect(string region, IReadOnlyList<BackendSession> sessions, IReadOnlyList<ServicePart> entrances)
    {
        SortedSet<string> lines = new(StringComparer.Ordinal);
        var near = from session in sessions
                   where session.Region == region
                   from name in session.Names
                   group session by (name, session.Hub.Service.GrpcAddress);
        foreach (var route in near) lines.Add(Line(route.Key.name, route.Key.GrpcAddress, isFar: false, route.Count()));
        foreach (var name in sessions.Where(session => session.Region != region).SelectMany(session => session.Names).Distinct())
        {
            foreach (var entrance in entrances) lines.Add(Line(name, entrance.Service.GrpcAddress, isFar: true, weight: 1));
        }

        return lines;
    }

    private static string Line(string key, string address, bool isFar, int weight) =>
        string.Create(CultureInfo.InvariantCulture, $"{key} at {address}{(isFar ? ", far" : "")}, weight {weight}");
}
