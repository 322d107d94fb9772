using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Nexus.ServiceDefaults;

/// <summary>The beginning and the end of a service's process.</summary>
public static class NexusHost
{
    /// <summary>The exit code of a process whose configuration is wrong (EX_CONFIG of sysexits.h): starting it again is of no use.</summary>
    public const int InvalidConfiguration = 78;

    /// <summary>A builder that reads <c>appsettings.json</c> beside the program, wherever it was started from.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args) => WebApplication.CreateBuilder(
        new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

    /// <summary>
    /// Runs the service until it is told to stop, and gives the exit code of the process: 0, or
    /// <see cref="InvalidConfiguration"/> after printing every wrong key.
    /// </summary>
    public static async Task<int> RunAsync(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        // Disposal sends the last logs and spans.
        await using (app)
        {
            if (ConfigurationFailures.Find(app.Services) is { Count: > 0 } failures) return Refuse(app, failures);

            try
            {
                // Not RunAsync: that one disposes the host, and with it the log, before we have said the last word.
                await app.StartAsync();
                await app.WaitForShutdownAsync();
                return 0;
            }
            catch (OptionsValidationException ex)
            {
                // From options that only a hosted service reads.
                return Refuse(app, ConfigurationFailures.Describe(ex));
            }
        }
    }

    private static int Refuse(WebApplication app, IReadOnlyList<string> failures)
    {
        foreach (var failure in failures) Console.Error.WriteLine(failure);
        Console.Error.WriteLine($"{app.Environment.ApplicationName} does not start: {failures.Count} configuration error(s).");
        HostLog.InvalidConfiguration(app.Logger, failures.Count, string.Join(Environment.NewLine, failures));
        return InvalidConfiguration;
    }
}
