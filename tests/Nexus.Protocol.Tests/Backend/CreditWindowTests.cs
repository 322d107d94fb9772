using Nexus.Protocol.Backend;

namespace Nexus.Protocol.Tests.Backend;

public sealed class CreditWindowTests
{
    [Fact]
    public void TryTake_BeforeAnyGrant_StopsAfterTheImplicitWindow()
    {
        var window = new CreditWindow();
        Assert.Equal(64, TakeAll(ref window));
        Assert.False(window.TryTake() || window.CanSend || window.HasGrant);
        Assert.Equal(0, window.Balance);
    }

    [Theory]
    [InlineData(0, 64, 64)]
    [InlineData(20, 64, 44)]
    [InlineData(64, 64, 0)]
    [InlineData(0, 4, 4)]
    [InlineData(20, 4, -16)]
    [InlineData(64, 1, -63)]
    [InlineData(20, 100, 64)]
    [InlineData(64, 100, 36)]
    [InlineData(64, long.MaxValue, 64)]
    public void Grant_First_ReplacesTheImplicitWindow(int sent, long grant, int balance)
    {
        var window = new CreditWindow();
        Take(ref window, sent);
        window.Grant(grant);
        Assert.Equal((balance, true), (window.Balance, window.HasGrant));
    }

    [Fact]
    public void Grant_Later_AddsUpToTheCap()
    {
        var window = new CreditWindow();
        Take(ref window, 64);
        window.Grant(64);
        window.Grant(8);
        Assert.Equal(8, window.Balance);
        window.Grant(1_000);
        Assert.Equal(64, window.Balance);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void Grant_NotPositive_IsNoGrant(long credits)
    {
        var window = new CreditWindow();
        Take(ref window, 10);
        window.Grant(credits);
        Assert.Equal((54, false), (window.Balance, window.HasGrant));
    }

    [Fact]
    public void TryTake_NegativeBalance_WaitsUntilGrantsHaveMadeItUp()
    {
        var window = new CreditWindow();
        Take(ref window, 64);
        window.Grant(4);
        for (var i = 0; i < 7; i++) window.Grant(8);
        Assert.False(window.TryTake());
        Assert.Equal(-4, window.Balance);
        window.Grant(8);
        Assert.Equal(4, TakeAll(ref window));
    }

    [Fact]
    public void Window_ReceiverThatGrantsWhatItConsumes_NeverHolds65()
    {
        // The original receiver: 64 granted when it hears of the stream, then 8 for each 8 consumed, those from before the grant included.
        var random = new Random(20_271);
        var window = new CreditWindow();
        var consumed = new ReplenishCounter();
        var held = 0;
        Take(ref window, held = 50);
        window.Grant(64);
        for (var i = 0; i < 10_000; i++)
        {
            if (random.Next(2) == 0 && window.TryTake()) held++;
            else if (held > 0 && --held >= 0) consumed.Consume();
            if (consumed.TryTake(out var credits)) window.Grant(credits);
            Assert.InRange(held, 0, 64);
        }
    }

    [Fact]
    public void MakeUnlimited_NeverGranted_StopsCounting()
    {
        var window = new CreditWindow();
        Take(ref window, 64);
        window.MakeUnlimited();
        Assert.True(window.TryTake() && window.CanSend && window.IsUnlimited);
        window.Grant(8);
        Assert.True(window.IsUnlimited && !window.HasGrant);
    }

    [Fact]
    public void MakeUnlimited_AfterAGrant_HasNoEffect()
    {
        var window = new CreditWindow();
        window.Grant(1);
        window.MakeUnlimited();
        Assert.False(window.IsUnlimited);
    }

    [Fact]
    public void Return_CreditOfAnUnsentMessage_IsAvailableAgain()
    {
        var window = new CreditWindow();
        Take(ref window, 64);
        window.Return();
        Assert.Equal(1, TakeAll(ref window));
    }

    [Fact]
    public void Default_IsAFreshWindow() => Assert.Equal(64, default(CreditWindow).Balance);

    private static void Take(ref CreditWindow window, int messages)
    {
        for (var i = 0; i < messages; i++) Assert.True(window.TryTake());
    }

    private static int TakeAll(ref CreditWindow window)
    {
        var taken = 0;
        while (window.TryTake()) taken++;
        return taken;
    }
}
