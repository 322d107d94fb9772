using System.Diagnostics;
using System.Globalization;

namespace Nexus.Testing;

/// <summary>What /proc says about processes that are not ours to wait for.</summary>
public static class LinuxProcess
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    /// <summary>Those that are descendants of the process, or in the session of one; watchers and grandchildren included.</summary>
    public static IReadOnlyList<int> FindFamily(int processId)
    {
        var all = List();
        var family = new HashSet<int> { processId };
        var count = 0;
        while (count != family.Count)
        {
            count = family.Count;
            family.UnionWith(all
                .Where(each => family.Contains(each.Parent) || (each.Session != processId && family.Contains(each.Session)))
                .Select(each => each.Id).ToList());
        }
        family.Remove(processId);
        return [.. family];
    }

    /// <summary>A zombie does not live.</summary>
    public static bool IsAlive(int processId) => TryRead(processId) is { State: not ('Z' or 'X') };

    /// <summary>Looks until none of them lives; those that outlive the limit are the result.</summary>
    public static async Task<IReadOnlyList<int>> SurvivorsAsync(IReadOnlyList<int> processes, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(s_look);
        while (processes.Any(IsAlive) && started.Elapsed < limit * TestTimeouts.Scale)
            await timer.WaitForNextTickAsync(cancellationToken);
        return [.. processes.Where(IsAlive)];
    }

    private static List<(int Id, char State, int Parent, int Session)> List()
    {
        var all = new List<(int, char, int, int)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && TryRead(id) is { } found)
                all.Add(found);
        }
        return all;
    }

    private static (int Id, char State, int Parent, int Session)? TryRead(int processId)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{processId}/stat");
            // The name, in parentheses, may hold anything.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (processId, fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture), int.Parse(fields[3], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
