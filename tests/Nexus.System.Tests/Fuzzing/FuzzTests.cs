using Nexus.Fuzzing;
using Nexus.Testing;

namespace Nexus.SystemTests.Fuzzing;

/// <summary>Every parser of strangers' bytes stands 20 000 seeded inputs: no exception, no hang, no amplification.</summary>
/// <remarks>A million inputs, or another seed: <c>dotnet run -c Release --project tests/Nexus.Benchmarks -- fuzz</c>.</remarks>
public sealed class FuzzTests
{
    private const int Inputs = 20_000;
    private const int Seed = 1;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    [Statement("node 145")]
    public void Parser_StandsAnyInput(string name)
    {
        var report = new FuzzRun(FuzzTargets.All.Single(target => target.Name == name), Inputs, Seed).Run();
        Assert.True(report.Failures.Count == 0, string.Join('\n', report.Failures));
        Assert.Equal(Inputs, report.Inputs);
    }
}
