using Nexus.Yaml;

namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>What a text of <c>config.yaml</c> says.</summary>
internal sealed record NodeFile
{
    public static NodeFile Empty { get; } = new();

    /// <summary>What was read, without what is wrong.</summary>
    public NodeValues Values { get; init; } = new();

    /// <summary>Everything that is wrong; none of it may be used then.</summary>
    public IReadOnlyList<SourceProblem> Problems { get; init; } = [];

    public IReadOnlyList<SourceProblem> Warnings { get; init; } = [];

    /// <summary>Whether this is no file of a node but of the client.</summary>
    public bool IsOfClient { get; init; }

    /// <summary>Whether it could not be read as YAML at all: nothing more can be said about it.</summary>
    public bool IsUnreadable { get; init; }

    /// <summary>Where a key stands; for one that does not, null.</summary>
    public Func<string, SourcePosition?> Find { get; init; } = _ => null;

    public static NodeFile Unreadable(SourceProblem problem) => new() { Problems = [problem], IsUnreadable = true };
}
