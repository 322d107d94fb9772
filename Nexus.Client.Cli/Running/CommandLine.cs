using System.CommandLine;
using Nexus.Client.Cli.Access;

namespace Nexus.Client.Cli.Running;

/// <summary>Parses and runs; a line that cannot be parsed is answered with the usage on the error output.</summary>
internal sealed class CommandLine(RootCommand root)
{
    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count == 0) return await InvokeAsync(parsed);
        foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
        await Console.Error.WriteLineAsync("Usage: nexus http TARGET | nexus tcp TARGET | nexus check | nexus login SERVER | nexus logout | nexus run [-c FILE] | nexus [COMMAND] --help");
        return ExitCodes.Usage;
    }

    private static async Task<int> InvokeAsync(ParseResult parsed)
    {
        try
        {
            return await parsed.InvokeAsync(new() { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
        }
        catch (CommandException ex)
        {
            await Console.Error.WriteLineAsync(ex.Message);
            return ExitCodes.Configuration;
        }
    }
}
