using Nexus.Protocol.Multiplexing;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Multiplexing;

public sealed class PeerCreditsTests
{
    [Fact]
    [Statement("node 120")]
    public void BeforeTheFirstGrant_NothingIsCounted()
    {
        var credits = new PeerCredits(isGrantCertain: false);

        Assert.Equal(10_000, credits.Take(10_000));
        credits.Return(9_999);
        Assert.True(credits.CanSend);
        credits.Grant(64);

        Assert.Equal(64, credits.Take(100));
        Assert.False(credits.CanSend);
    }

    /// <summary>What was taken before the first grant was not taken from it, and is not given back to it.</summary>
    [Fact]
    [Statement("node 118")]
    public void FirstGrant_WhileALaneIsPulled_IsNotMadeLarger()
    {
        var credits = new PeerCredits(isGrantCertain: false);
        credits.Take(5);
        credits.Grant(8);
        credits.Return(5);

        Assert.Equal(8, credits.Take(100));
    }

    [Fact]
    [Statement("node 118")]
    public void Nodes_ThatGrantForSure_AreNeverSentMoreThan64()
    {
        var credits = new PeerCredits(isGrantCertain: true);

        Assert.Equal(40, credits.Take(40));
        credits.Grant(64); // replaces the window, and the 40 have used it
        Assert.Equal(24, credits.Take(100));
        Assert.False(credits.CanSend);
        credits.Grant(8);
        Assert.Equal(8, credits.Take(100));
    }

    [Fact]
    public void Nodes_ThatGrantLessThanWasSent_AreWaitedFor()
    {
        var credits = new PeerCredits(isGrantCertain: true);
        credits.Take(64);

        credits.Grant(8);
        Assert.False(credits.CanSend);
        credits.Grant(64);
        Assert.Equal(8, credits.Take(100));
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(long.MaxValue)]
    [Statement("node 119")]
    public void Grant_OutOfRange_ActsAs64(long granted)
    {
        var credits = new PeerCredits(isGrantCertain: false);
        credits.Grant(1);
        credits.Take(1);

        credits.Grant(granted);
        credits.Grant(granted);

        Assert.Equal(64, credits.Take(100));
    }

    /// <summary>Random grants of a receiver that keeps to the rules: never more than 64 are on their way, and none is ever lost.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnySchedule_OfAReceiverThatKeepsTheRules_NeverPasses64(bool isGrantCertain)
    {
        var random = new Random(7);
        var credits = new PeerCredits(isGrantCertain);
        var (sent, consumed, granted, underWay) = (0, 0, 0, new Queue<long>());
        underWay.Enqueue(64);
        if (!isGrantCertain) credits.Grant(underWay.Dequeue());
        for (var i = 0; i < 100_000; i++)
        {
            switch (random.Next(3))
            {
                case 0 when credits.CanSend:
                    var taken = credits.Take(random.Next(1, 6));
                    var unused = random.Next(taken + 1);
                    credits.Return(unused);
                    sent += taken - unused;
                    Assert.InRange(sent - consumed, 0, 64);
                    break;
                case 1 when consumed < sent:
                    if (++consumed - granted < 8) break;
                    underWay.Enqueue(consumed - granted);
                    granted = consumed;
                    break;
                case 2 when underWay.TryDequeue(out var grant):
                    credits.Grant(grant);
                    break;
            }
        }

        Assert.True(sent > 10_000, $"{sent} frames");
    }
}
