using System.Globalization;

namespace Nexus.Client.Cli.Sharing;

/// <summary>One line of what goes on now.</summary>
internal static class LiveLine
{
    private static readonly string[] s_units = ["B/s", "KiB/s", "MiB/s", "GiB/s"];

    public static string Of(NexusClientStatistics statistics, Rates rates, TimeSpan? roundTrip)
    {
        var trip = roundTrip is { } known ? string.Create(CultureInfo.InvariantCulture, $", round trip {known.TotalMilliseconds:0.#} ms") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{statistics.ActiveStreams} open, {statistics.StreamsOpened} so far, {Rate(rates.Received)} in, {Rate(rates.Sent)} out{trip}");
    }

    /// <summary>With a unit of 1024, and at most four digits.</summary>
    public static string Rate(double bytesPerSecond)
    {
        var unit = 0;
        while (bytesPerSecond >= 1_000 && unit < s_units.Length - 1)
        {
            bytesPerSecond /= 1_024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytesPerSecond:0.#} {s_units[unit]}");
    }
}
