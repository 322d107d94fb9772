using System.Text.Json.Nodes;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>The field benchmark measures what it says; how much it measures is nobody's promise here.</summary>
public sealed class FieldBenchmarkTests
{
    private const string Load = "field --targets nexus --rounds 1 --users 1,4 --bytes 16M --connections 50 --seconds 1 --idle-users 20 --stalled-users 4 --quiet 0 --settle 0 --json";

    private static readonly TimeSpan s_limit = 2 * TestTimeouts.Long; // everything is started four times

    private static readonly string[] s_figures =
    [
        "down 1, MiB/s", "down 4, MiB/s", "up 1, MiB/s", "up 4, MiB/s",
        "down 1, CPU s/GiB all", "down 1, CPU s/GiB edge", "down 1, CPU s/GiB hub", "down 1, CPU s/GiB client", "up 4, CPU s/GiB all",
        "connect raw, connections/s", "connect TLS, connections/s",
        "round trip idle, ms p50", "round trip idle, ms p99", "round trip idle, ms p99.9", "round trip beside 8 bulk users, ms p99",
        "RSS with 0 idle users, MB edge", "RSS with 0 idle users, MB hub", "RSS with 0 idle users, MB client", "RSS with 0 idle users, MB mesh", "RSS with 0 idle users, MB certs",
        "RSS of one of 20 idle users, KB", "one stream over 50 ms, MiB/s", "256 stalled users, growth MB", "256 stalled users, MB left after they went",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Field_SmallestLoad_HasEveryFigureAndNoUserFailed()
    {
        using var folder = new TemporaryFolder();
        var json = folder.PathOf("field.json");

        await using var benchmark = RealProcess.StartDotnet(ServiceProcess.PathOf("Nexus.Benchmarks"), [.. Load.Split(' '), json]);
        await benchmark.WaitForLineAsync(line => line.StartsWith("Done;", StringComparison.Ordinal), s_limit, Cancellation);

        Assert.True(await benchmark.WaitForExitAsync(Cancellation) == 0, benchmark.Output);
        var run = JsonNode.Parse(await File.ReadAllTextAsync(json, Cancellation)) as JsonObject ?? [];
        Assert.Empty(run["failures"] as JsonArray ?? ["none written"]);
        var samples = (run["samples"] as JsonArray ?? []).Select(sample => (Figure: sample?["Figure"]?.GetValue<string>(), Value: sample?["Value"]?.GetValue<double>())).ToList();
        Assert.All(s_figures, figure => Assert.Single(samples, sample => sample.Figure == figure));
        Assert.All(samples.Where(sample => sample.Figure?.EndsWith("/s", StringComparison.Ordinal) ?? false), sample => Assert.True(sample.Value > 0, sample.Figure));
    }
}
