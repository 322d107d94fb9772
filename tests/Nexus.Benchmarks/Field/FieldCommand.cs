using Nexus.Benchmarks.Field.Report;

namespace Nexus.Benchmarks.Field;

/// <summary><c>field</c>: the same load through Nexus and its alternatives.</summary>
internal static class FieldCommand
{
    private const int UsageError = 64;

    /// <summary>1 when a user was reset, cut short or not answered.</summary>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        FieldOptions options;
        try
        {
            options = FieldOptions.Parse(arguments);
        }
        catch (FormatException ex)
        {
            await output.WriteLineAsync($"{ex.Message}\n{FieldOptions.Usage}");
            return UsageError;
        }

        using var stop = new StopRequest();
        await using var run = new FieldRun(options, output);
        try
        {
            await run.MeasureAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            await output.WriteLineAsync("Stopped.");
            return 1;
        }

        var report = new FieldReport(options, run.Results);
        await output.WriteLineAsync(report.ToText());
        if (options.JsonFile is { } json) await File.WriteAllTextAsync(json, report.ToJson(), stop.Token);
        if (options.ReportFile is { } markdown) await report.WriteIntoAsync(markdown, stop.Token);
        await output.WriteLineAsync($"Done; {run.Results.Failures.Count} failures.");
        return run.Results.Failures.Count > 0 ? 1 : 0;
    }
}
