using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Nexus.ServiceDefaults;

/// <summary>The beginning and the end of a service's process.</summary>
public static class NexusHost
{
    /// <summary>The exit code of a process whose configuration is wrong (EX_CONFIG of sysexits.h): starting it again is of no use.</summary>
    public const int InvalidConfiguration = 78;

    /// <summary>The exit code of a process that the operating system refused something it needs (EX_OSERR): a port in use, no permission to bind it.</summary>
    public const int CannotListen = 71;

    /// <summary>A builder that reads <c>appsettings.json</c> beside the program, wherever it was started from.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args) => WebApplication.CreateBuilder(
        new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

    /// <summary>
    /// Runs the service until it is told to stop, and gives the exit code of the process: 0, or
    /// <see cref="InvalidConfiguration"/> after printing every wrong key, or <see cref="CannotListen"/>.
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
                await app.StartAsync();
            }
            catch (OptionsValidationException ex)
            {
                // From options that only a hosted service reads.
                return Refuse(app, ConfigurationFailures.Describe(ex));
            }
            catch (Exception ex) when (ex is SocketException || (ex is IOException && ex.InnerException is AddressInUseException or SocketException))
            {
                Console.Error.WriteLine($"{app.Environment.ApplicationName} does not start: {ex.Message}");
                return CannotListen;
            }

            // Not RunAsync: that one disposes the host, and with it the log, before the last word is said.
            await app.WaitForShutdownAsync();
            return 0;
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
