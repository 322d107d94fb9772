using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Nexus.ServiceDefaults.NodeConfiguration;

namespace Nexus.ServiceDefaults;

/// <summary>The beginning and the end of a service's process.</summary>
public static class NexusHost
{
    /// <summary>The exit code of a process whose configuration is wrong (EX_CONFIG of sysexits.h): starting it again is of no use.</summary>
    public const int InvalidConfiguration = 78;

    /// <summary>The exit code of a process that the operating system refused something it needs (EX_OSERR): a port in use, no permission to bind it.</summary>
    public const int CannotListen = 71;

    /// <summary>
    /// The framework would watch the file and put changes into force unchecked: options that are wrong then throw at every use,
    /// that is for every user.
    /// </summary>
    private const string ReadOnce = "--hostBuilder:reloadConfigOnChange=false";

    /// <summary>
    /// A builder that reads <c>appsettings.json</c> beside the program, wherever it was started from, and once. Without IIS, HTTP/3 and the
    /// like, which would only take memory; with the endpoints and certificates that Kestrel's configuration may name.
    /// </summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [ReadOnce, .. args], ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelHttpsConfiguration();
        return builder;
    }

    /// <summary>
    /// The same for a service that takes keys from the node's <c>config.yaml</c>: <c>--config PATH</c>, else NEXUS_CONFIG, else
    /// beside it, else <c>/etc/nexus/config.yaml</c>. Environment, <c>appsettings.json</c> and command line override the file.
    /// With <c>--check-config</c> the service only says what is wrong.
    /// </summary>
    public static WebApplicationBuilder CreateBuilder(string[] args, NodeKeyMap keys)
    {
        var arguments = NodeArguments.Parse(args);
        var builder = CreateBuilder(arguments.Rest);
        builder.AddNodeConfiguration(ConfiguredNode.Load(arguments, Environment.GetEnvironmentVariable(NodeFileLocation.Variable), NodeFileLocation.Usual, keys));
        return builder;
    }

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
            var node = app.Services.GetService<ConfiguredNode>();
            if (FindFailures(app, node) is { Count: > 0 } failures) return Refuse(app, failures);
            if (node is { CheckOnly: true }) return Approve(app, node);

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

            using var memory = new QuietMemory(TimeProvider.System);
            // Not RunAsync: that one disposes the host, and with it the log, before the last word is said.
            await app.WaitForShutdownAsync();
            return 0;
        }
    }

    private static List<string> FindFailures(WebApplication app, ConfiguredNode? node)
    {
        if (node is null) return [.. ConfigurationFailures.Find(app.Services)];
        var ofFile = node.FindProblems(app.Configuration);
        // Of a file that cannot be read nothing is known; what is missing then says nothing.
        return node.File.IsUnreadable ? [.. ofFile] : [.. ofFile, .. node.Place(ConfigurationFailures.Find(app.Services), app.Configuration)];
    }

    private static int Approve(WebApplication app, ConfiguredNode node)
    {
        foreach (var warning in node.FindWarnings()) Console.Error.WriteLine($"{warning} (warning)");
        Console.Out.WriteLine($"{app.Environment.ApplicationName}: {node.Path ?? "no config.yaml"}: no errors.");
        return 0;
    }

    private static int Refuse(WebApplication app, IReadOnlyList<string> failures)
    {
        foreach (var warning in app.Services.GetService<ConfiguredNode>()?.FindWarnings() ?? []) Console.Error.WriteLine($"{warning} (warning)");
        foreach (var failure in failures) Console.Error.WriteLine(failure);
        Console.Error.WriteLine($"{app.Environment.ApplicationName} does not start: {failures.Count} configuration error(s).");
        HostLog.InvalidConfiguration(app.Logger, failures.Count, string.Join(Environment.NewLine, failures));
        return InvalidConfiguration;
    }
}
