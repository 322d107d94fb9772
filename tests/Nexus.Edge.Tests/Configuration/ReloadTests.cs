using Nexus.Edge.Peeking;
using Nexus.Edge.Tests.Fakes;
using Nexus.Edge.Tests.Peeking;

namespace Nexus.Edge.Tests.Configuration;

/// <summary>The keys that docs/configuration.md says take effect at once.</summary>
public sealed class ReloadTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FirstByteTime_HoldsForTheNextUser()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        edge.Change("Nexus:Edge:Peeking:FirstByte", "00:00:03");
        await AssertPeekEndsAfterAsync(edge, TimeSpan.FromSeconds(3), first: 0);
    }

    [Fact]
    public async Task IdleExtension_HoldsForTheNextUser()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        edge.Change("Nexus:Edge:Peeking:IdleExtension", "00:00:02");
        await AssertPeekEndsAfterAsync(edge, TimeSpan.FromSeconds(2), first: 20);
    }

    [Fact]
    public async Task AbsoluteMax_HoldsForTheNextUser()
    {
        await using var edge = await EdgeUnderTest.StartAsync(("Nexus:Edge:Peeking:FirstByte", "00:00:01"));
        edge.Change("Nexus:Edge:Peeking:AbsoluteMax", "00:00:04"); // less than the idle extension
        await AssertPeekEndsAfterAsync(edge, TimeSpan.FromSeconds(4), first: 20);
    }

    [Fact]
    public async Task IdleTimeout_HoldsForTheNextUser_AndNotForThoseWhoAreThere()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var (old, oldStream) = await edge.ConnectThroughAsync();
        using var closingOld = old;
        await oldStream.WriteTextAsync("hi");
        await old.ReceiveUntilAsync("hi"); // relayed: it has its limits
        edge.Change("Nexus:Edge:Passthrough:IdleTimeout", "00:01:00");
        var armed = edge.Time.WaitForTimerAsync(TimeSpan.FromMinutes(1), Cancellation);
        var (user, _) = await edge.ConnectThroughAsync();
        using var closing = user;
        await armed.BoundedAsync();
        edge.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("idle_timeout", await edge.EndOfAsync());
        await oldStream.WriteTextAsync("still here");
        Assert.Equal("still here", await old.ReceiveUntilAsync("here"));
    }

    [Fact]
    public async Task MaxConcurrentPeeks_HoldsForTheNextUser()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var first = await edge.ConnectAsync();
        await edge.Metrics.WaitForSumAsync("nexus.edge.peeks_in_flight", 1).BoundedAsync();
        edge.Time.Advance(PeekSlots.MinAge);
        edge.Change("Nexus:Edge:Peeking:MaxConcurrentPeeks", "1");

        (await edge.ConnectThroughAsync()).User.Dispose();
        await first.AssertClosedWithoutAByteAsync();
    }

    private static async Task AssertPeekEndsAfterAsync(EdgeUnderTest edge, TimeSpan time, int first)
    {
        using var user = await edge.ConnectAsync();
        var armed = edge.Time.WaitForTimerAsync(time, Cancellation);
        await user.SendAsync(Hellos.For("app.test").AsMemory(0, first));
        await armed.BoundedAsync();
        edge.Time.Advance(time);
        Assert.Equal("peek_timeout", await edge.EndOfAsync());
    }
}
