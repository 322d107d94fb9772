using Microsoft.Extensions.Configuration;
using Nexus.Yaml;

namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>The node's file as one service uses it: what it says, and what is wrong with it.</summary>
internal sealed class ConfiguredNode
{
    private const int MaxShown = 100;

    private static readonly SourceProblem s_anybodys = new("", "is not read: everybody on this machine may write it or its folder, and nothing names it. Name it with --config if it is meant.");

    private ConfiguredNode(NodeKeyMap map, string? path, bool checkOnly, string text, NodeFile file)
    {
        (Map, Path, CheckOnly, Text, File) = (map, path, checkOnly, text, file);
        Provider.Replace(path is null ? new Dictionary<string, string?>() : NodeSettings.Of(file.Values, map));
    }

    public NodeKeyMap Map { get; }

    /// <summary>Null: no file; the service has its settings from elsewhere.</summary>
    public string? Path { get; }

    /// <summary>Whether the process is only to say what is wrong.</summary>
    public bool CheckOnly { get; }

    /// <summary>What <see cref="File"/> was read from.</summary>
    public string Text { get; private set; }

    public NodeFile File { get; private set; }

    public NodeConfigurationProvider Provider { get; } = new();

    /// <param name="arguments">May name the file.</param>
    /// <param name="variable">May name it, too (<see cref="NodeFileLocation.Variable"/>).</param>
    /// <param name="usual">Where else to look. A client's file, which has the same name, is passed over there.</param>
    /// <param name="map">What the service takes from it.</param>
    public static ConfiguredNode Load(NodeArguments arguments, string? variable, IReadOnlyList<string> usual, NodeKeyMap map)
    {
        var named = arguments.Path ?? (string.IsNullOrEmpty(variable) ? null : variable);
        if (named is not null)
        {
            var (text, file) = named.Length > 0 ? Read(named) : ("", NodeFile.Unreadable(new("", "--config needs a path.")));
            return new(map, named.Length > 0 ? named : "config.yaml", arguments.CheckOnly, text, file);
        }

        foreach (var path in usual.Where(System.IO.File.Exists))
        {
            var (text, file) = FileAccess.IsAnybodys(path) ? ("", NodeFile.Unreadable(s_anybodys)) : Read(path);
            if (!file.IsOfClient) return new(map, path, arguments.CheckOnly, text, file);
        }

        return new(map, path: null, arguments.CheckOnly, "", NodeFile.Empty);
    }

    /// <summary>Everything that is wrong with the file for this service, a line each. <paramref name="configuration"/> may make good what it lacks.</summary>
    public IReadOnlyList<string> FindProblems(IConfiguration configuration) => FindProblems(File, configuration);

    /// <summary>The same for a file that may replace it.</summary>
    public IReadOnlyList<string> FindProblems(NodeFile file, IConfiguration configuration)
    {
        if (Path is null) return [];
        var missing = file.IsUnreadable ? [] : Map.Requirements
            .Where(requirement => !IsMet(requirement, file, configuration))
            .Select(requirement => new SourceProblem(requirement.AnyOf[0], requirement.Message, file.Find(requirement.AnyOf[0])));
        var problems = file.Problems.Concat(missing)
            .OrderBy(problem => problem.Position?.Line ?? long.MaxValue).ThenBy(problem => problem.Position?.Column)
            .Select(problem => problem.Format(Path)).ToList();
        return problems.Count <= MaxShown ? problems : [.. problems.Take(MaxShown), $"{Path}: {problems.Count - MaxShown} more errors."];
    }

    /// <summary>What this service should warn of: what concerns it, and what concerns nobody.</summary>
    public IEnumerable<string> FindWarnings()
    {
        if (Path is null) return [];
        var without = Map.Uses.Where(use => use.WithoutEffect is not null && File.Values.Has(use.Key)).Select(use => new SourceProblem(use.Key, use.WithoutEffect ?? "", File.Find(use.Key)));
        return File.Warnings.Where(warning => NodeSchema.Find(warning.Path) is null || Map.IsUsed(warning.Path)).Concat(without)
            .Concat(FileAccess.FindWarnings(Path, Map, File.Values))
            .Select(warning => warning.Format(Path));
    }

    /// <summary>The errors of options, with the key that set them; without those that follow from an error of the file.</summary>
    public IReadOnlyList<string> Place(IEnumerable<string> failures, IConfiguration configuration)
    {
        var hasProblems = FindProblems(configuration).Count > 0;
        return [.. failures.Select(failure => Place(failure, hasProblems, configuration)).OfType<string>()];
    }

    /// <summary>Takes another file's place. The settings are those of <see cref="Provider"/> already.</summary>
    public void Accept(string text, NodeFile file) => (Text, File) = (text, file);

    private static (string Text, NodeFile File) Read(string path) => SourceFile.TryRead(path, out var text, out var problem)
        ? (text, NodeFileReader.Parse(text))
        : ("", NodeFile.Unreadable(problem));

    private bool IsMet(NodeRequirement requirement, NodeFile file, IConfiguration configuration) =>
        requirement.AnyOf.Any(key => file.Values.Has(key) || file.Problems.Any(problem => IsAt(problem, key)))
        || Map.Uses.Where(use => requirement.AnyOf.Contains(use.Key)).Any(use => IsSetElsewhere(use.Option, configuration))
        || (requirement.OrSection is { } section && IsSetElsewhere(section, configuration));

    private bool IsSetElsewhere(string option, IConfiguration configuration) => configuration is IConfigurationRoot root
        && root.Providers.Any(provider => provider != Provider && (provider.TryGet(option, out _) || provider.GetChildKeys([], option).Any()));

    private string? Place(string failure, bool hasProblems, IConfiguration configuration)
    {
        var use = Map.Uses.Where(use => StartsWith(failure, use.Option)).MaxBy(use => use.Option.Length);
        if (Path is null || use is null || IsSetElsewhere(use.Option, configuration)) return failure;
        // What is wrong in the file was told with its place.
        if (hasProblems && (!File.Values.Has(use.Key) || File.Problems.Any(problem => IsAt(problem, use.Key)))) return null;
        return new SourceProblem(use.Key, failure[use.Option.Length..].TrimStart(':', ' '), File.Find(use.Key)).Format(Path);
    }

    private static bool StartsWith(string text, string option) =>
        text.StartsWith(option, StringComparison.OrdinalIgnoreCase) && text.Length > option.Length && text[option.Length] == ':';

    private static bool IsAt(SourceProblem problem, string key) =>
        problem.Path.StartsWith(key, StringComparison.Ordinal) && (problem.Path.Length == key.Length || problem.Path[key.Length] is '[' or '.');
}
