using System.Diagnostics;

namespace Aspire.Hosting.Orchestration;

/// <summary>A program to run. <paramref name="Environment"/> comes on top of the inherited one, from which launch variables are stripped.</summary>
internal sealed record ChildCommand(
    string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment)
{
    public ProcessStartInfo ToStartInfo()
    {
        var (fileName, arguments) = Lifeline.IsAvailable ? Lifeline.Wrap(FileName, Arguments) : (FileName, Arguments);
        var start = new ProcessStartInfo(fileName)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = WorkingDirectory,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(LaunchVariables.Contains).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        return start;
    }
}
