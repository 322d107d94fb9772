using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>The benchmarks of large numbers, with small ones: they measure what they say, whatever the machine's speed.</summary>
public sealed class ScaleBenchmarkTests
{
    private static readonly TimeSpan s_limit = 2 * TestTimeouts.Long;

    private static readonly string[] s_figures =
    [
        "a change at every edge, ms", "a change at the region's own edges", "CPU ms of a change: hub's mesh", "CPU ms of a change: Redis", "Redis commands of a change",
        "bytes of a change, to an edge", "all keys at every edge after", "resident memory, MiB: far mesh", "of which for a key, bytes: other mesh", "CPU s of an idle minute: hub's mesh", "an edge's snapshot",
        "200 keys: a change at every edge, ms p99",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reconnect_TwoHundredSessionsOfAKilledHub_AreAllBackAtTheOther()
    {
        await using var benchmark = Start("reconnect --sessions 200 --limit 600");
        await benchmark.WaitForLineAsync(line => line.StartsWith("200 of 200 sessions are back", StringComparison.Ordinal), s_limit, Cancellation);

        Assert.True(await benchmark.WaitForExitAsync(Cancellation) == 0, benchmark.Output);
    }

    [Fact]
    public async Task Directory_FewKeys_HasEveryFigure()
    {
        await using var benchmark = Start("directory --keys 100,200 --changes 8 --idle 1 --quiet 0 --snapshots 1");
        await benchmark.WaitForLineAsync(line => line.Contains("bytes of a change to an edge, 200 keys to 100", StringComparison.Ordinal), s_limit, Cancellation);

        await benchmark.WaitForExitAsync(Cancellation);
        Assert.All(s_figures, figure => Assert.Contains(figure, benchmark.Output, StringComparison.Ordinal));
    }

    private static RealProcess Start(string command) => RealProcess.StartDotnet(ServiceProcess.PathOf("Nexus.Benchmarks"), command.Split(' '));
}
