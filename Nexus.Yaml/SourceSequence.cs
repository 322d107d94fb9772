namespace Nexus.Yaml;

/// <summary>A list.</summary>
internal sealed record SourceSequence(IReadOnlyList<SourceNode> Items, SourcePosition Position) : SourceNode(Position);
