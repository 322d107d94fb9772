using System.Diagnostics;
using Nexus.Testing;

namespace StandIns.Aspire.Tests;

internal static class EndOfProcesses
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    /// <summary>Looks until none of them lives; those that outlive the limit are the result.</summary>
    public static async Task<IReadOnlyList<int>> SurvivorsAsync(IReadOnlyList<int> processes, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(s_look);
        while (processes.Any(LinuxProcess.IsAlive) && started.Elapsed < limit * TestTimeouts.Scale)
            await timer.WaitForNextTickAsync(cancellationToken);
        return [.. processes.Where(LinuxProcess.IsAlive)];
    }
}
