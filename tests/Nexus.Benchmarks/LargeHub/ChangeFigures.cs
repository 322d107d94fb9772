using Nexus.Benchmarks.Field.Measuring;

namespace Nexus.Benchmarks.LargeHub;

/// <summary>Of one key that comes or goes.</summary>
/// <param name="ToEveryEdge">From the change at the hub until the last edge has it, in milliseconds.</param>
/// <param name="ToNearEdges">The same for the edges of the hub's own region.</param>
/// <param name="CpuMilliseconds">Of each part, without what it uses when nothing changes.</param>
/// <param name="Commands">To Redis.</param>
/// <param name="EdgeBytes">To one edge.</param>
internal sealed record ChangeFigures(Distribution ToEveryEdge, Distribution ToNearEdges, double[] CpuMilliseconds, double Commands, double EdgeBytes);
