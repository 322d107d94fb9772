using Nexus.Protocol.Balancing;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Balancing;

public sealed class WeightedRoundRobinTests
{
    [Theory]
    [InlineData("A5 B1 C4", "AACACACABCAACACACABC")]
    [InlineData("A4 B2", "AABAABAABAAB")]
    [InlineData("A1 B1 C1", "ABCABC")]
    [InlineData("A2 B3", "BABABBABAB")]
    [InlineData("A9", "AAAA")]
    [Statement("node 90")]
    public void TryNext_GoldenWeights_GiveTheRecordedSequence(string weights, string expected) =>
        Assert.Equal(expected, Take(Pool(weights), expected.Length));

    [Fact]
    public void TryNext_Empty_IsFalse() => Assert.False(new WeightedRoundRobin<string>().TryNext(out _));

    [Fact]
    public void TryNext_OneItem_DoesNotMoveTheTurn()
    {
        var pool = Pool("A5");
        Take(pool, 3);
        pool.Add('B', 1);
        pool.Add('C', 4);
        Assert.Equal("AACACACABC", Take(pool, 10));
    }

    [Fact]
    [Statement("node 90")]
    public void Remove_MidCycle_NeverSelectsItAgain()
    {
        var pool = Pool("A5 B1 C4");
        Take(pool, 4);
        Assert.True(pool.Remove('A'));
        Assert.False(pool.Remove('A'));
        Assert.DoesNotContain('A', Take(pool, 50));
        Assert.Equal((2, 5), (pool.Count, pool.TotalWeight));
    }

    [Fact]
    public void Remove_LastItem_EmptiesThePool()
    {
        var pool = Pool("A5 B1");
        Assert.True(pool.Remove('B') && pool.Remove('A'));
        Assert.False(pool.TryNext(out _));
        Assert.Equal((0, 0), (pool.Count, pool.TotalWeight));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-7)]
    public void Add_WeightNotPositive_CountsAsOne(int weight)
    {
        var pool = new WeightedRoundRobin<char>();
        pool.Add('A', weight);
        Assert.Equal(1, pool.TotalWeight);
    }

    [Fact]
    public void TryNext_AfterAGiantLeft_DoesNotCountDownFromItsWeight()
    {
        var pool = Pool("A2147483647 B1 C1");
        Take(pool, 2);
        Assert.True(pool.Remove('A'));
        Assert.Equal(4, Take(pool, 4).Length);
    }

    [Fact]
    public void TryNext_RandomOperations_FollowTheRulesLiterally()
    {
        var random = new Random(20_272);
        var pool = new WeightedRoundRobin<int>();
        var model = new LiteralRoundRobin();
        for (var i = 0; i < 50_000; i++)
        {
            if (random.Next(10) == 0)
            {
                var weight = random.Next(1, 12);
                pool.Add(i, weight);
                model.Add(i, weight);
            }
            else if (random.Next(8) == 0 && model.Any() is { } leaving)
            {
                Assert.True(pool.Remove(leaving));
                model.Remove(leaving);
            }

            Assert.Equal(model.Next(), pool.TryNext(out var item) ? item : null);
        }
    }

    [Fact]
    public void TryNext_SteadyState_AllocatesNothing()
    {
        var pool = Pool("A5 B1 C4");
        Assert.Equal(0, Allocations.PerThousand(() => pool.TryNext(out _)));
    }

    [Fact]
    public async Task TryNext_ConcurrentChanges_NeverReturnsARemovedItem()
    {
        var pool = Pool("A3 B2");
        var turns = Task.Run(() => Take(pool, 200_000), TestContext.Current.CancellationToken);
        for (var i = 0; i < 20_000; i++)
        {
            pool.Add('Z', 1 + (i % 5));
            Assert.True(pool.Remove('Z'));
        }

        Assert.Equal(200_000, (await turns.WaitAsync(TestTimeouts.Default, TestContext.Current.CancellationToken)).Length);
        Assert.DoesNotContain('Z', Take(pool, 100));
    }

    private static WeightedRoundRobin<char> Pool(string weights)
    {
        var pool = new WeightedRoundRobin<char>();
        foreach (var entry in weights.Split(' ')) pool.Add(entry[0], int.Parse(entry.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture));
        return pool;
    }

    private static string Take(WeightedRoundRobin<char> pool, int turns) =>
        new([.. Enumerable.Range(0, turns).Select(_ => pool.TryNext(out var item) ? item : '-')]);
}
