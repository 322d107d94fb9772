namespace Nexus.Client.Cli.Configuration;

/// <summary>What was read from a file: the backends, everything wrong with them, and what is worth a warning.</summary>
internal sealed record BackendsFile(IReadOnlyList<NexusBackendOptions> Backends, IReadOnlyList<ConfigurationProblem> Problems, IReadOnlyList<ConfigurationProblem> Warnings)
{
    /// <summary>Whether nothing of the file may run.</summary>
    public bool IsRefused => Problems.Any(problem => problem.Error.Scope == NexusConfigurationErrorScope.Process);
}
