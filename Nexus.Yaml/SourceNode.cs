namespace Nexus.Yaml;

/// <summary>A piece of the file, with the place where it stands (both counted from 1).</summary>
internal abstract record SourceNode(SourcePosition Position);
