using System.Globalization;

namespace Nexus.Benchmarks.Field.Measuring;

/// <summary>How many files a process may have open on this machine, unless root says otherwise.</summary>
internal static class OpenFiles
{
    private const string Unlimited = "unlimited";
    private static readonly Lazy<long> s_limit = new(Read);

    public static long Limit => s_limit.Value;

    private static long Read()
    {
        const int Hard = 4; // Max open files SOFT HARD files
        var line = File.ReadLines("/proc/self/limits").First(each => each.StartsWith("Max open files", StringComparison.Ordinal));
        var hard = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[Hard];
        return hard == Unlimited ? long.MaxValue : long.Parse(hard, CultureInfo.InvariantCulture);
    }
}
