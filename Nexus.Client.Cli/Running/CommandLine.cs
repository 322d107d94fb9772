using System.CommandLine;

namespace Nexus.Client.Cli.Running;

/// <summary>Parses and runs; a line that cannot be parsed is answered with the usage on the error output.</summary>
internal sealed class CommandLine(RootCommand root)
{
    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count == 0) return await parsed.InvokeAsync(new() { ProcessTerminationTimeout = null });
        foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
        await Console.Error.WriteLineAsync("Usage: nexus run [-c FILE] [--ca FILE] [--log-level LEVEL] [--check] | nexus --version | nexus --help");
        return ExitCodes.Usage;
    }
}
