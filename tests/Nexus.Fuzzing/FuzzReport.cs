namespace Nexus.Fuzzing;

/// <summary>What a run found.</summary>
/// <param name="Target">What was fuzzed.</param>
/// <param name="Inputs">How many inputs were parsed.</param>
/// <param name="Bytes">How many bytes they had.</param>
/// <param name="Elapsed">Wall time of the whole run, with making the inputs.</param>
/// <param name="WorstMilliseconds">The slowest input, at its best of three.</param>
/// <param name="WorstAmplification">Bytes allocated per byte of input, at their worst.</param>
/// <param name="Failures">At most <see cref="FuzzRun.MaxFailures"/>.</param>
public sealed record FuzzReport(
    FuzzTarget Target, int Inputs, long Bytes, TimeSpan Elapsed, double WorstMilliseconds, double WorstAmplification, IReadOnlyList<FuzzFailure> Failures);
