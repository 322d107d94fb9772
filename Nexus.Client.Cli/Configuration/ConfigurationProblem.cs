namespace Nexus.Client.Cli.Configuration;

/// <summary>One thing wrong with the file, with its place if it has one.</summary>
internal sealed record ConfigurationProblem(NexusConfigurationError Error, SourcePosition? Position)
{
    public string Format(string file) => Position is { } at ? $"{file}:{at.Line}:{at.Column}: {Error}" : $"{file}: {Error}";
}
