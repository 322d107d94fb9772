using System.CommandLine;
using Microsoft.Extensions.Logging;
using Nexus.Client.Cli.Checking;
using Nexus.Client.Cli.Login;
using Nexus.Client.Cli.Sharing;

namespace Nexus.Client.Cli.Running;

/// <summary>The command line, all of it.</summary>
internal static class NexusCommand
{
    public static CommandLine Create()
    {
        // "-config" is how the option is spelled in scripts made for the original client.
        var configuration = new Option<string>("--config", "-c", "-config") { Description = "The YAML file with the backends.", DefaultValueFactory = _ => "config.yaml" };
        var authorities = new Option<string?>("--ca") { Description = "PEM file with certificate authorities to trust besides those of the system." };
        var logLevel = new Option<LogLevel>("--log-level") { Description = "Least level that is logged.", DefaultValueFactory = _ => LogLevel.Information };
        var check = new Option<bool>("--check") { Description = "Only check the file, and print everything that is wrong with it." };
        var run = new Command("run", "Serves the users of the configured backends until it is told to stop.") { configuration, authorities, logLevel, check };
        run.SetAction((parsed, _) => ClientRun.RunAsync(new(
            parsed.GetValue(configuration) ?? "config.yaml",
            parsed.GetValue(authorities),
            parsed.GetValue(logLevel),
            parsed.GetValue(check))));
        return new(new RootCommand("Nexus: brings users to services behind NAT without reading their traffic.")
        {
            ShareCommand.CreateHttp(),
            ShareCommand.CreateTcp(),
            CheckCommand.Create(),
            LoginCommand.CreateLogin(),
            LoginCommand.CreateLogout(),
            run,
        });
    }
}
