namespace Nexus.Benchmarks.Field.Measuring;

/// <summary>One figure of one alternative in one round.</summary>
/// <param name="Target">As in <c>--targets</c>.</param>
/// <param name="Figure">As <see cref="FieldFigures"/> names it.</param>
/// <param name="Round">From 1.</param>
/// <param name="Value">In the figure's unit.</param>
internal sealed record FieldSample(string Target, string Figure, int Round, double Value);
