using System.Globalization;

namespace Nexus.Benchmarks.Field.Measuring;

/// <summary>Resident memory in KiB.</summary>
/// <param name="Rss">VmRSS: shared pages count in every process.</param>
/// <param name="Pss">From smaps_rollup: a shared page counts in parts; 0 where it may not be read.</param>
internal readonly record struct ProcessMemory(long Rss, long Pss)
{
    public static ProcessMemory Of(IEnumerable<int> processes)
    {
        var (rss, pss) = (0L, 0L);
        foreach (var id in processes)
        {
            rss += Read($"/proc/{id}/status", "VmRSS:");
            pss += Read($"/proc/{id}/smaps_rollup", "Pss:");
        }

        return new(rss, pss);
    }

    private static long Read(string path, string key)
    {
        try
        {
            return File.ReadLines(path).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) is { } line
                ? long.Parse(line.AsSpan(key.Length, line.IndexOf("kB", StringComparison.Ordinal) - key.Length).Trim(), CultureInfo.InvariantCulture)
                : 0;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
