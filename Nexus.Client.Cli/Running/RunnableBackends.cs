using Nexus.Client.Cli.Configuration;

namespace Nexus.Client.Cli.Running;

/// <summary>What of a file can run when a part of it cannot: an address or a backend that is wrong takes only itself down.</summary>
internal static class RunnableBackends
{
    public static IEnumerable<NexusBackendOptions> Of(BackendsFile file)
    {
        for (var i = 0; i < file.Backends.Count; i++)
        {
            var backend = file.Backends[i];
            var errors = file.Problems.Select(problem => problem.Error).Where(error => error.Path.StartsWith($"backends[{i}].", StringComparison.Ordinal)).ToArray();
            if (errors.Any(error => error.Scope == NexusConfigurationErrorScope.Backend)) continue;
            var bad = errors.Select(error => error.Path).ToHashSet(StringComparer.Ordinal);
            backend.NexusAddresses = [.. backend.NexusAddresses.Where((_, n) => !bad.Contains($"backends[{i}].nexusAddresses[{n}]"))];
            if (backend.NexusAddresses.Count > 0) yield return backend;
        }
    }
}
