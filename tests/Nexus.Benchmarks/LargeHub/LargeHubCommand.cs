using Nexus.Benchmarks.Field;

namespace Nexus.Benchmarks.LargeHub;

/// <summary><c>directory</c>: what changes and memory cost with few keys and with very many.</summary>
internal static class LargeHubCommand
{
    private const int UsageError = 64;

    /// <summary>1 when a promise is broken.</summary>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        LargeHubOptions options;
        try
        {
            options = LargeHubOptions.Parse(arguments);
        }
        catch (FormatException ex)
        {
            await output.WriteLineAsync($"{ex.Message}\n{LargeHubOptions.Usage}");
            return UsageError;
        }

        using var stop = new StopRequest();
        try
        {
            List<LargeHubFigures> runs = [];
            foreach (var keys in options.Keys)
            {
                await using var system = await LargeHubSystem.StartAsync(new FieldPrograms(options.Artifacts));
                await using var run = new LargeHubRun(system, options, keys);
                runs.Add(await run.MeasureAsync(stop.Token));
                await output.WriteLineAsync($"{keys} keys done");
            }

            var report = new LargeHubReport(runs);
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
