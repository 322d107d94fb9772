namespace Nexus.Yaml;

/// <summary>A mapping, in the order of the file, with merged entries after its own.</summary>
internal sealed record SourceMapping(IReadOnlyList<KeyValuePair<SourceScalar, SourceNode>> Entries, SourcePosition Position) : SourceNode(Position);
