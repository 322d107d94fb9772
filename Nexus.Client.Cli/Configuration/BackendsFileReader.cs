using Nexus.Yaml;

namespace Nexus.Client.Cli.Configuration;

/// <summary>Reads and checks the file with the backends.</summary>
internal static class BackendsFileReader
{
    public static BackendsFile Load(string path) => SourceFile.TryRead(path, out var text, out var problem) ? Parse(text) : Refuse(problem);

    public static BackendsFile Parse(string text)
    {
        if (!SourceFile.TryParse(text, out var root, out var problem)) return Refuse(problem);
        var fields = new FieldReader();
        var backends = BackendSchema.ReadFile(fields, root);
        if (fields.Problems.Count > 0) return new([], [.. fields.Problems.Select(ConfigurationProblem.Of)], []);
        if (backends.Count == 0) return Refuse(new("backends", "there must be at least one backend.", root.Position));
        var problems = backends.SelectMany((backend, index) => backend.Validate($"backends[{index}]"))
            .Select(error => new ConfigurationProblem(Clarify(error), fields.Find(error.Path)));
        return new(backends, [.. problems], [.. Warn(backends, fields)]);
    }

    private static BackendsFile Refuse(SourceProblem problem) => new([], [ConfigurationProblem.Of(problem)], []);

    private static NexusConfigurationError Clarify(NexusConfigurationError error)
    {
        // A backend without a name has nothing else to be told by: count as people do, from 1.
        const string nameKey = "].name";
        if (!error.Path.EndsWith(nameKey, StringComparison.Ordinal)) return error;
        var index = int.Parse(error.Path.AsSpan("backends[".Length..^nameKey.Length), provider: null);
        return error with { Message = $"backend {index + 1} has no name." };
    }

    private static IEnumerable<ConfigurationProblem> Warn(List<NexusBackendOptions> backends, FieldReader fields)
    {
        for (var i = 0; i < backends.Count; i++)
        {
            var backend = backends[i];
            foreach (var port in backend.TcpPorts.Concat(backend.UdpRoutes.Select(route => route.Port)).Distinct().Where(port => !backend.PortMappings.ContainsKey(port)))
                yield return new(new($"backends[{i}].portMappings", $"port {port} is claimed but has no mapping."), fields.Find($"backends[{i}].portMappings"));
        }

        foreach (var warning in fields.Warnings) yield return ConfigurationProblem.Of(warning);
    }
}
