using Nexus.Yaml;

namespace Nexus.Client.Cli.Configuration;

/// <summary>One thing wrong with the file, with its place if it has one.</summary>
internal sealed record ConfigurationProblem(NexusConfigurationError Error, SourcePosition? Position)
{
    public static ConfigurationProblem Of(SourceProblem problem) => new(new(problem.Path, problem.Message), problem.Position);

    public string Format(string file) => new SourceProblem(Error.Path, Error.Message, Position).Format(file);
}
