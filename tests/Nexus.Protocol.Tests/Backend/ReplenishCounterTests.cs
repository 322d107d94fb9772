using Nexus.Protocol.Backend;

namespace Nexus.Protocol.Tests.Backend;

public sealed class ReplenishCounterTests
{
    [Fact]
    public void TryTake_BelowTheBatch_KeepsTheRemainder()
    {
        var counter = new ReplenishCounter();
        counter.Consume(7);
        Assert.False(counter.TryTake(out var credits));
        Assert.Equal((0, 7), (credits, counter.Pending));
    }

    [Fact]
    public void TryTake_AtTheBatch_GrantsEverything()
    {
        var counter = new ReplenishCounter();
        for (var i = 0; i < 8; i++) counter.Consume();
        Assert.True(counter.TryTake(out var credits));
        Assert.Equal((8, 0), (credits, counter.Pending));
    }

    [Fact]
    public void Return_GrantThatCouldNotBeQueued_IsCoalescedWithLaterOnes()
    {
        var counter = new ReplenishCounter();
        counter.Consume(8);
        Assert.True(counter.TryTake(out var credits));
        counter.Return(credits);
        counter.Consume(3);
        Assert.True(counter.TryTake(out credits));
        Assert.Equal(11, credits);
    }

    [Fact]
    public void Consume_Negative_IsIgnored()
    {
        var counter = new ReplenishCounter();
        counter.Consume(-1);
        counter.Return(-1);
        Assert.Equal(0, counter.Pending);
    }

    [Fact]
    public void WindowAndCounter_AllocateNothing() => Assert.Equal(0, Allocations.PerThousand(() =>
    {
        var window = new CreditWindow();
        var counter = new ReplenishCounter();
        window.TryTake();
        counter.Consume(8);
        if (counter.TryTake(out var credits)) window.Grant(credits);
    }));
}
