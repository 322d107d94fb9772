namespace Nexus.Client.Cli.Configuration;

/// <summary>A list.</summary>
internal sealed record SourceSequence(IReadOnlyList<SourceNode> Items, SourcePosition Position) : SourceNode(Position);
