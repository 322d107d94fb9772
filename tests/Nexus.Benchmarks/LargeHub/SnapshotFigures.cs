using Nexus.Benchmarks.Field.Measuring;

namespace Nexus.Benchmarks.LargeHub;

/// <summary>Of an edge that comes.</summary>
/// <param name="Milliseconds">From its call until it has a table.</param>
/// <param name="CpuMilliseconds">Of the mesh.</param>
/// <param name="Bytes">Of the message.</param>
internal sealed record SnapshotFigures(Distribution Milliseconds, double CpuMilliseconds, long Bytes);
