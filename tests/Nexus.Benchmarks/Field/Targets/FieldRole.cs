namespace Nexus.Benchmarks.Field.Targets;

/// <summary>A process (or a few that do the same) of an alternative.</summary>
/// <param name="Name">E.g. "hub".</param>
/// <param name="IsOnPath">Whether the users' bytes go through it.</param>
/// <param name="Processes">Their ids at present.</param>
internal sealed record FieldRole(string Name, bool IsOnPath, Func<IReadOnlyList<int>> Processes);
