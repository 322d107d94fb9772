namespace Nexus.Yaml;

/// <summary>A place in the file; lines and columns count from 1.</summary>
internal readonly record struct SourcePosition(long Line, long Column);
