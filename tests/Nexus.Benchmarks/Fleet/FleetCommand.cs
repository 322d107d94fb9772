using Nexus.Benchmarks.Field;

namespace Nexus.Benchmarks.Fleet;

/// <summary><c>reconnect</c>: the sessions of a hub that is killed come back at another one.</summary>
internal static class FleetCommand
{
    private const int UsageError = 64;

    /// <summary>1 when not all are back in time.</summary>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        FleetOptions options;
        try
        {
            options = FleetOptions.Parse(arguments);
        }
        catch (FormatException ex)
        {
            await output.WriteLineAsync($"{ex.Message}\n{FleetOptions.Usage}");
            return UsageError;
        }

        using var stop = new StopRequest();
        try
        {
            await using var system = new FleetSystem(new FieldPrograms(options.Artifacts));
            await system.StartAsync(stop.Token);
            var report = new FleetReport(await new FleetRun(system, options).MeasureAsync(stop.Token), options);
            report.WriteTo(output);
            return VerdictLines.Write(report.Verdicts(), output) ? 0 : 1;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            await output.WriteLineAsync("Stopped.");
            return 1;
        }
    }
}
