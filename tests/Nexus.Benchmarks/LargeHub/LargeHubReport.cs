using System.Globalization;
using Nexus.Benchmarks.Field.Report;

namespace Nexus.Benchmarks.LargeHub;

/// <summary>The figures side by side, and whether the promises hold.</summary>
internal sealed class LargeHubReport(IReadOnlyList<LargeHubFigures> runs)
{
    private const double MostMilliseconds = 1_000;
    private const double MostCommands = 3; // HDEL, HSET, PUBLISH
    private const double MostBytesOfKey = 2_048;
    private const int KeysThatCount = 50_000; // with fewer, what processes take and give back anyway is more
    private const double MostRatio = 2; // of CPU time that comes in ticks, on a machine that others use as well

    /// <summary>Of the last run, which has most keys.</summary>
    public IEnumerable<FieldVerdict> Verdicts()
    {
        var (first, last) = (runs[0], runs[^1]);
        foreach (var run in runs) yield return new($"{run.Keys} keys: a change at every edge, ms p99", false, MostMilliseconds, run.Change.ToEveryEdge.At(0.99));
        yield return new("Redis commands of a change", false, MostCommands, last.Change.Commands);
        if (last.Keys >= KeysThatCount) yield return new("memory of a mesh for a key, bytes", false, MostBytesOfKey, last.KeyBytes.SkipLast(1).Max());
        if (first.Keys == last.Keys) yield break;
        yield return new($"CPU of a change, {last.Keys} keys to {first.Keys}", false, MostRatio, last.Change.CpuMilliseconds.Sum() / first.Change.CpuMilliseconds.Sum());
        yield return new($"bytes of a change to an edge, {last.Keys} keys to {first.Keys}", false, MostRatio, last.Change.EdgeBytes / first.Change.EdgeBytes);
    }

    public void WriteTo(TextWriter output)
    {
        output.WriteLine($"| | {string.Join(" | ", runs.Select(run => run.Keys.ToString("#,0", CultureInfo.InvariantCulture)))} |");
        output.WriteLine($"|---|{string.Concat(runs.Select(_ => "---:|"))}");
        Row("a change at every edge, ms p50 / p99 / most", run => Text($"{run.Change.ToEveryEdge.Median:0.0} / {run.Change.ToEveryEdge.At(0.99):0.0} / {run.Change.ToEveryEdge.Most:0.0}"));
        Row("a change at the region's own edges", run => Text($"{run.Change.ToNearEdges.Median:0.0} / {run.Change.ToNearEdges.At(0.99):0.0} / {run.Change.ToNearEdges.Most:0.0}"));
        Rows("CPU ms of a change", run => run.Change.CpuMilliseconds, "0.00");
        Row("Redis commands of a change", run => Text($"{run.Change.Commands:0.00}"));
        Row("bytes of a change, to an edge", run => Text($"{run.Change.EdgeBytes:0}"));
        Row("all keys at every edge after, s", run => Text($"{run.LoadSeconds:0.00}"));
        Rows("CPU s for that", run => run.LoadCpu, "0.00");
        Rows("resident memory, MiB", run => run.Resident, "0.0");
        Rows("of which for a key, bytes", run => run.KeyBytes, "0");
        Rows("CPU s of an idle minute", run => run.IdleCpu, "0.00");
        Row("an edge's snapshot, ms p50 / most", run => Text($"{run.Snapshot.Milliseconds.Median:0} / {run.Snapshot.Milliseconds.Most:0}"));
        Row("CPU ms of the mesh for that", run => Text($"{run.Snapshot.CpuMilliseconds:0}"));
        Row("bytes of that", run => Text($"{run.Snapshot.Bytes:#,0}"));

        void Rows(string name, Func<LargeHubFigures, double[]> figures, string format)
        {
            for (var i = 0; i < LargeHubSystem.Parts.Count; i++)
            {
                Row($"{name}: {LargeHubSystem.Parts[i]}", run => figures(run)[i].ToString(format, CultureInfo.InvariantCulture));
            }
        }

        void Row(string name, Func<LargeHubFigures, string> figure) => output.WriteLine($"| {name} | {string.Join(" | ", runs.Select(figure))} |");

        static string Text(FormattableString text) => FormattableString.Invariant(text);
    }
}
