using Nexus.Client.Streams;
using Nexus.Testing;

namespace Nexus.Client.Tests.Streams;

public sealed class ClientCreditsTests
{
    [Fact]
    [Statement("client 90")]
    public void Grants_AddUpToTheCapAndNoFurther()
    {
        var credits = new ClientCredits(1);
        credits.Grant(long.MaxValue);
        credits.Grant(long.MaxValue);
        var taken = 0L;
        while (credits.Take(1_000) is > 0 and var count) taken += count;
        Assert.Equal(ClientCredits.Cap, taken);
        Assert.False(credits.CanSend);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(long.MinValue)]
    public void Grants_OfNothing_AreIgnored(long credits)
    {
        var ledger = new ClientCredits(1);
        ledger.Take(1);
        ledger.Grant(credits);
        Assert.False(ledger.CanSend);
    }

    [Fact]
    public void Take_TooMany_GivesWhatThereIsAndReturnsCount()
    {
        var credits = new ClientCredits(3);
        Assert.Equal(3, credits.Take(8));
        Assert.Equal(0, credits.Take(1));
        credits.Return(2);
        Assert.Equal(2, credits.Take(8));
    }

    [Fact]
    public void Unlimited_StaysSo()
    {
        var credits = new ClientCredits(0);
        Assert.Equal(1_000_000, credits.Take(1_000_000));
        credits.Grant(1);
        Assert.True(credits.CanSend);
    }

    [Fact]
    public void Ends_Failures_HaveAnErrorTypeOfTheirOwn() =>
        Assert.Distinct(Enum.GetValues<StreamEnd>().Where(end => end != StreamEnd.HubEnded).Select(end => end.ToErrorType()));

    [Fact]
    public void Ends_TheHubKnowsOf_AreNotToldToIt() =>
        Assert.Equal([StreamEnd.HubEnded, StreamEnd.Replaced, StreamEnd.SessionLost], Enum.GetValues<StreamEnd>().Where(end => end.ToDisconnectReason() is null));
}
