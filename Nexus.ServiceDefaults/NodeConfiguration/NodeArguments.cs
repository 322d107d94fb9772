namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>What of a service's command line is about the node's file; the rest is configuration as usual.</summary>
/// <param name="Path">The file; null when the command line does not name it.</param>
/// <param name="CheckOnly">Whether the configuration is only checked.</param>
/// <param name="Rest">The other arguments.</param>
internal sealed record NodeArguments(string? Path, bool CheckOnly, string[] Rest)
{
    // One dash as in the original's unit files.
    private static readonly string[] s_path = ["--config", "-config"];
    private static readonly string[] s_check = ["--check-config", "-check-config"];

    public static NodeArguments Parse(IReadOnlyList<string> arguments)
    {
        string? path = null;
        var checkOnly = false;
        var rest = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (s_check.Contains(argument)) checkOnly = true;
            else if (s_path.Contains(argument)) path = ++i < arguments.Count ? arguments[i] : "";
            else if (s_path.FirstOrDefault(name => argument.StartsWith(name + "=", StringComparison.Ordinal)) is { } name) path = argument[(name.Length + 1)..];
            else rest.Add(argument);
        }

        return new(path, checkOnly, [.. rest]);
    }
}
