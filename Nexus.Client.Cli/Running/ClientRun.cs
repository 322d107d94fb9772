using Microsoft.Extensions.Logging;
using Nexus.Client.Cli.Access;
using Nexus.Client.Cli.Configuration;
using Nexus.ServiceDefaults;
using Nexus.Yaml;

namespace Nexus.Client.Cli.Running;

/// <summary><c>nexus run</c>: from the file to the clients, and to their end.</summary>
internal static class ClientRun
{
    public static async Task<int> RunAsync(RunOptions options)
    {
        using var signals = new StopSignals();
        var isRead = SourceFile.TryRead(options.ConfigurationFile, out var text, out _);
        var file = isRead ? BackendsFileReader.Parse(text ?? "") : BackendsFileReader.Load(options.ConfigurationFile);
        if (file.IsRefused || options.CheckOnly) return await ReportAsync(file, options);
        var authorities = Authorities.Read(options.AuthoritiesFile);
        using var telemetry = new CommandTelemetry();
        using var loggers = CommandLogging.Create(options.LogLevel);
        var logger = loggers.CreateLogger("nexus");
        using var reload = new ReloadSignal();
        await using var backends = new BackendSet(authorities, loggers);
        foreach (var warning in file.Warnings) RunLog.Warning(logger, warning.Format(options.ConfigurationFile));
        foreach (var error in file.Problems) RunLog.LeftOut(logger, error.Format(options.ConfigurationFile));
        await backends.ApplyAsync(RunnableBackends.Of(file), signals.Stop);
        if (backends.Count == 0)
        {
            RunLog.NothingRuns(logger);
            return ExitCodes.Configuration;
        }

        using var memory = new QuietMemory(TimeProvider.System);
        await FollowAsync(new(options.ConfigurationFile, reload, text ?? ""), backends, options, logger, signals.Stop);
        RunLog.Stopping(logger);
        await backends.DisposeAsync();
        RunLog.Stopped(logger);
        return ExitCodes.Stopped;
    }

    private static async Task<int> ReportAsync(BackendsFile file, RunOptions options)
    {
        foreach (var warning in file.Warnings) await Console.Error.WriteLineAsync($"{warning.Format(options.ConfigurationFile)} (warning)");
        foreach (var error in file.Problems) await Console.Error.WriteLineAsync(error.Format(options.ConfigurationFile));
        if (file.Problems.Count > 0) return ExitCodes.Configuration;
        await Console.Out.WriteLineAsync($"{options.ConfigurationFile}: no errors, {file.Backends.Count} backends.");
        return ExitCodes.Stopped;
    }

    /// <summary>Does what the file says, whenever it says something else, until the process is to stop.</summary>
    private static async Task FollowAsync(ConfigurationWatch watch, BackendSet backends, RunOptions options, ILogger logger, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var file = await watch.NextAsync(stop);
                foreach (var warning in file.Warnings) RunLog.Warning(logger, warning.Format(options.ConfigurationFile));
                foreach (var error in file.Problems) RunLog.Refused(logger, error.Format(options.ConfigurationFile));
                if (file.Problems.Count > 0) RunLog.NothingChanges(logger, options.ConfigurationFile);
                else await backends.ApplyAsync(file.Backends, stop);
                RunLog.Read(logger, options.ConfigurationFile, backends.Count);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }
}
