using Nexus.Benchmarks.Field.Measuring;
using Nexus.Benchmarks.Field.Report;

namespace Nexus.Benchmarks.Fleet;

/// <summary>When the sessions came back, and how evenly they tried.</summary>
internal sealed class FleetReport(FleetFigures figures, FleetOptions options)
{
    private const int WidthOfBar = 50;

    public IEnumerable<FieldVerdict> Verdicts()
    {
        yield return new("sessions that are back", true, figures.Sessions, figures.Back.Count);
        if (figures.Back.Count > 0) yield return new("the last one after, s", false, options.LimitSeconds, figures.Back[^1]);
    }

    public void WriteTo(TextWriter output)
    {
        var interval = FleetRun.Interval.TotalSeconds;
        var (attempts, back) = (Count(figures.Attempts), Count(figures.Back));
        var most = Math.Max(1, attempts.Values.DefaultIfEmpty().Max());
        Line($"| after, s | attempts | back | |");
        Line($"|---|---:|---:|---|");
        for (var i = 0; i <= attempts.Keys.Concat(back.Keys).DefaultIfEmpty().Max(); i++)
        {
            var tried = attempts.GetValueOrDefault(i);
            Line($"| {i * interval:0.00} | {tried} | {back.GetValueOrDefault(i)} | {new string('#', tried * WidthOfBar / most)} |");
        }

        Line($"{figures.Back.Count} of {figures.Sessions} sessions are back; {figures.Attempts.Count} attempts, {figures.Failed.Values.Sum()} failed ({string.Join(", ", figures.Failed.Select(count => $"{count.Key} {count.Value}"))})");
        if (figures.Back.Count > 0)
        {
            var times = new Distribution(figures.Back);
            Line($"first {times.Least:0.00} s, p50 {times.Median:0.00} s, p99 {times.At(0.99):0.00} s, last {times.Most:0.00} s");
        }

        Line($"the other hub: CPU {figures.HubCpu:0.0} s, {figures.HubCpu * 1_000 / figures.Sessions:0.00} ms a session, at most {figures.HubCores.Most:0.00} cores (p50 {figures.HubCores.Median:0.00}), at most {figures.HubResident / 1024.0:0} MiB");
        Line($"mesh: CPU {figures.MeshCpu:0.0} s; all clients: CPU {figures.ClientCpu:0.0} s; entrance: CPU {figures.EntranceCpu:0.0} s");

        Dictionary<int, int> Count(IReadOnlyList<double> times) => times.CountBy(time => (int)(time / interval)).ToDictionary();

        void Line(FormattableString text) => output.WriteLine(FormattableString.Invariant(text));
    }
}
