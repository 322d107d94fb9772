using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Nexus.Client.Cli.Configuration;

namespace Nexus.Client.Cli.Running;

/// <summary><c>nexus run</c>: from the file to the clients, and to their end.</summary>
internal static class ClientRun
{
    public static async Task<int> RunAsync(RunOptions options)
    {
        using var signals = new StopSignals();
        var file = BackendsFileReader.Load(options.ConfigurationFile);
        if (file.IsRefused || options.CheckOnly) return await ReportAsync(file, options);
        if (!TryReadAuthorities(options.AuthoritiesFile, out var authorities, out var problem))
        {
            await Console.Error.WriteLineAsync(problem);
            return ExitCodes.Configuration;
        }

        using var telemetry = new CommandTelemetry();
        using var loggers = CreateLoggers(options.LogLevel);
        var logger = loggers.CreateLogger("nexus");
        foreach (var warning in file.Warnings) RunLog.Warning(logger, warning.Format(options.ConfigurationFile));
        foreach (var error in file.Problems) RunLog.LeftOut(logger, error.Format(options.ConfigurationFile));
        var clients = RunnableBackends.Of(file).Select(backend => TryCreate(backend, authorities, loggers, logger)).OfType<NexusClient>().ToArray();
        if (clients.Length == 0)
        {
            RunLog.NothingRuns(logger);
            return ExitCodes.Configuration;
        }

        await ServeAsync(clients, logger, signals.Stop);
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

    private static async Task ServeAsync(NexusClient[] clients, ILogger logger, CancellationToken stop)
    {
        foreach (var client in clients)
        {
            await client.StartAsync(CancellationToken.None);
            RunLog.Started(logger, client.Name, client.Sessions.Count);
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        RunLog.Stopping(logger);
        await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
        RunLog.Stopped(logger);
    }

    private static NexusClient? TryCreate(NexusBackendOptions backend, X509Certificate2Collection? authorities, ILoggerFactory loggers, ILogger logger)
    {
        backend.Transport.ServerCertificateAuthorities = authorities;
        try
        {
            return new(backend, new() { LoggerFactory = loggers });
        }
        catch (NexusTokenException ex)
        {
            RunLog.BackendLeftOut(logger, backend.Name, ex.Message);
            return null;
        }
    }

    private static bool TryReadAuthorities(string? file, out X509Certificate2Collection? authorities, out string? problem)
    {
        (authorities, problem) = (null, null);
        if (file is null) return true;
        try
        {
            authorities = [];
            authorities.ImportFromPemFile(file);
            problem = authorities.Count == 0 ? $"{file}: there is no certificate in it." : null;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or CryptographicException)
        {
            problem = $"{file}: {ex.Message}";
        }

        return problem is null;
    }

    private static ILoggerFactory CreateLoggers(LogLevel level) => LoggerFactory.Create(logging =>
    {
        CommandTelemetry.AddLogs(logging);
        logging
            .SetMinimumLevel(level)
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
                console.UseUtcTimestamp = true;
            })
            .Services.ConfigureStandardError();
    });
}
