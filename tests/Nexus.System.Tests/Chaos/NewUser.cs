using System.Diagnostics;

namespace Nexus.SystemTests.Chaos;

/// <summary>What became of one new user.</summary>
/// <param name="Edge">Whom it came to.</param>
/// <param name="Name">What it asked for.</param>
/// <param name="Started">When it began to connect.</param>
/// <param name="Ended">When it had its answer, or had none.</param>
/// <param name="Failure">Why not; null: it was served.</param>
internal sealed record NewUser(ServicePart Edge, string Name, long Started, long Ended, string? Failure)
{
    public TimeSpan Took => Stopwatch.GetElapsedTime(Started, Ended);
}
