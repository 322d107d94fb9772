using System.Globalization;

namespace Nexus.Benchmarks.Field.Measuring;

/// <summary>What /proc says that a process has used since it began, or several together.</summary>
internal readonly record struct ProcessUsage(double UserSeconds, double SystemSeconds, long VoluntarySwitches, long InvoluntarySwitches)
{
    private const double TicksPerSecond = 100; // USER_HZ of every Linux that .NET runs on

    public double Seconds => UserSeconds + SystemSeconds;

    public static ProcessUsage operator +(ProcessUsage left, ProcessUsage right) => new(
        left.UserSeconds + right.UserSeconds, left.SystemSeconds + right.SystemSeconds,
        left.VoluntarySwitches + right.VoluntarySwitches, left.InvoluntarySwitches + right.InvoluntarySwitches);

    public static ProcessUsage operator -(ProcessUsage left, ProcessUsage right) => new(
        left.UserSeconds - right.UserSeconds, left.SystemSeconds - right.SystemSeconds,
        left.VoluntarySwitches - right.VoluntarySwitches, left.InvoluntarySwitches - right.InvoluntarySwitches);

    public static ProcessUsage Of(IEnumerable<int> processes) => processes.Aggregate(default(ProcessUsage), (sum, id) => sum + Read(id));

    private static ProcessUsage Read(int processId)
    {
        const int UserTime = 11; // fields behind the name, which may hold anything
        const int SystemTime = 12;
        var text = File.ReadAllText($"/proc/{processId}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        var (voluntary, involuntary) = ReadSwitches(processId);
        return new(Ticks(fields[UserTime]), Ticks(fields[SystemTime]), voluntary, involuntary);

        static double Ticks(string text) => long.Parse(text, CultureInfo.InvariantCulture) / TicksPerSecond;
    }

    /// <summary>Of the threads that live; those of threads that ended are lost.</summary>
    private static (long Voluntary, long Involuntary) ReadSwitches(int processId)
    {
        var (voluntary, involuntary) = (0L, 0L);
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{processId}/task"))
        {
            try
            {
                foreach (var line in File.ReadLines(Path.Combine(thread, "status")))
                {
                    if (line.StartsWith("voluntary_ctxt_switches:", StringComparison.Ordinal)) voluntary += NumberIn(line);
                    else if (line.StartsWith("nonvoluntary_ctxt_switches:", StringComparison.Ordinal)) involuntary += NumberIn(line);
                }
            }
            catch (IOException)
            {
                // The thread has just ended.
            }
        }

        return (voluntary, involuntary);
    }

    private static long NumberIn(string line) => long.Parse(line.AsSpan(line.IndexOf(':') + 1).Trim(), CultureInfo.InvariantCulture);
}
