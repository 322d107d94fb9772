using System.Globalization;
using Nexus.Testing;

namespace Nexus.Benchmarks.LargeHub;

/// <summary>How many commands a Redis says that it was given which write routes or tell of them. Leases are renewed by others.</summary>
internal static class RedisTraffic
{
    private const string Calls = ":calls=";

    private static readonly string[] s_commands = ["cmdstat_hset", "cmdstat_hdel", "cmdstat_publish"];

    /// <summary>Zero where it does not say.</summary>
    public static async Task<long> CommandsAsync(RedisUnderTest redis)
    {
        var lines = (await redis.SendAsync("INFO", "COMMANDSTATS") as string ?? "").Split("\r\n");
        return s_commands.Sum(command => lines.FirstOrDefault(line => line.StartsWith(command + Calls, StringComparison.Ordinal)) is { } line ? Read(line) : 0);
    }

    private static long Read(string line)
    {
        var number = line.AsSpan(line.IndexOf('=', StringComparison.Ordinal) + 1);
        return long.Parse(number[..number.IndexOf(',')], NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
