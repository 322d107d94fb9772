using System.Globalization;
using Nexus.Testing;

namespace Nexus.Benchmarks.LargeHub;

/// <summary>What a Redis says that it has done since it began; zero for what it does not say.</summary>
/// <param name="Commands">Of all connections.</param>
/// <param name="Bytes">In and out.</param>
internal readonly record struct RedisTraffic(long Commands, long Bytes)
{
    public static async Task<RedisTraffic> OfAsync(RedisUnderTest redis)
    {
        var lines = (await redis.SendAsync("INFO", "STATS") as string ?? "").Split("\r\n");
        return new(Read("total_commands_processed:"), Read("total_net_input_bytes:") + Read("total_net_output_bytes:"));

        long Read(string name) => lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            && long.TryParse(line.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
    }

    public static RedisTraffic operator -(RedisTraffic left, RedisTraffic right) => new(left.Commands - right.Commands, left.Bytes - right.Bytes);
}
