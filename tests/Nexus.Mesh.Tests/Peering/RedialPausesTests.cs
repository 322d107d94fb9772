using Nexus.Mesh.Peering.Links;

namespace Nexus.Mesh.Tests.Peering;

/// <summary>How a region's links come back after a peer that all of them have lost at one moment.</summary>
public sealed class RedialPausesTests
{
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(10);

    [Theory]
    [Statement("node 127")]
    [InlineData(0, 500)]
    [InlineData(1, 1_000)]
    [InlineData(3, 4_000)]
    [InlineData(5, 10_000)]
    [InlineData(1_000_000, 10_000)]
    public void Pauses_OfAThousandLinks_AreSpreadEvenlyUpToALimitThatGrows(int failures, int limit)
    {
        const int Links = 1_000;
        const int Parts = 10;
        var pauses = Enumerable.Range(0, Links).Select(seed => new RedialPauses(s_least, s_most, new Random(seed * 7_919)).After(failures).TotalMilliseconds).ToList();
        Assert.All(pauses, pause => Assert.InRange(pause, 1, limit));
        var perPart = pauses.CountBy(pause => Math.Min(Parts - 1, (int)(pause * Parts / limit))).ToDictionary();
        Assert.All(Enumerable.Range(0, Parts), part => Assert.InRange(perPart.GetValueOrDefault(part), Links / Parts / 2, Links / Parts * 2));
    }

    [Fact]
    [Statement("node 127")]
    public void Pauses_OfOneLink_DifferFromEachOther()
    {
        var pauses = new RedialPauses(s_least, s_most, new Random(1));
        var some = Enumerable.Range(0, 100).Select(failures => pauses.After(failures)).ToList();
        Assert.InRange(some.Distinct().Count(), 95, 100);
        Assert.True(some.Sum(pause => pause.TotalSeconds) > 300, "Back-off: 5 s each on average.");
    }
}
