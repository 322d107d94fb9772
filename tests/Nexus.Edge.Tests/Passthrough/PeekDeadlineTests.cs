using Nexus.Edge.Tests.Fakes;
using Nexus.Edge.Tests.Peeking;

namespace Nexus.Edge.Tests.Passthrough;

/// <summary>How long, and how many, strangers may keep us waiting.</summary>
public sealed class PeekDeadlineTests
{
    private static readonly TimeSpan s_firstByte = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(5);

    [Fact]
    [Statement("node 92", "case 11")]
    public async Task Silent_IsClosedAfterTheFirstByteTime()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var armed = edge.Time.WaitForTimerAsync(s_firstByte, TestContext.Current.CancellationToken);
        using var user = await edge.ConnectAsync();
        await armed.BoundedAsync();
        edge.Time.Advance(s_firstByte);

        await user.AssertClosedWithoutAByteAsync();
        Assert.Equal("peek_timeout", await edge.EndOfAsync());
    }

    [Fact]
    public async Task HelloNeverFinished_IsClosedAfterTheIdleTime()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await edge.ConnectAsync();
        var armed = edge.Time.WaitForTimerAsync(s_idle, TestContext.Current.CancellationToken);
        await user.SendAsync(Hellos.For("app.test").AsMemory(0, 50));
        await armed.BoundedAsync();
        edge.Time.Advance(s_idle);

        Assert.Equal("peek_timeout", await edge.EndOfAsync());
    }

    /// <summary>A byte every 4 s would go on for ever by the idle time alone: 30 s after accept it ends.</summary>
    [Fact]
    [Statement("node 92", "case 6")]
    public async Task Dripping_NeverExceedsTheAbsoluteTime()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await edge.ConnectAsync();
        var hello = Hellos.For("app.test");
        for (var i = 0; i < 7; i++)
        {
            var left = TimeSpan.FromSeconds(30 - 4 * i);
            var armed = edge.Time.WaitForTimerAsync(left < s_idle ? left : s_idle, TestContext.Current.CancellationToken);
            await user.SendAsync(hello.AsMemory(i, 1));
            await armed.BoundedAsync();
            edge.Time.Advance(TimeSpan.FromSeconds(4)); // 28 s in the end
        }
        var last = edge.Time.WaitForTimerAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        await user.SendAsync(hello.AsMemory(7, 1));
        await last.BoundedAsync();
        edge.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("peek_timeout", await edge.EndOfAsync());
    }

    [Fact]
    [Statement("case 5")]
    public async Task Slow_ButInTime_IsRouted()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await edge.ConnectAsync();
        var hello = Hellos.For("app.test");
        foreach (var piece in new[] { hello.AsMemory(0, 3), hello.AsMemory(3, 60) })
        {
            var armed = edge.Time.WaitForTimerAsync(s_idle, TestContext.Current.CancellationToken);
            await user.SendAsync(piece);
            await armed.BoundedAsync();
            edge.Time.Advance(TimeSpan.FromSeconds(4));
        }
        await user.SendAsync(hello.AsMemory(63));

        Assert.Equal(hello, await (await edge.Hub.NextAsync()).ReadAsync(hello.Length));
    }

    [Fact]
    [Statement("node 91")]
    public async Task PeekSlots_MinusOne_AreUnlimited()
    {
        await using var edge = await EdgeUnderTest.StartAsync(("Nexus:Edge:Peeking:MaxConcurrentPeeks", "-1"));
        var users = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => edge.ConnectAsync()));
        await edge.Metrics.WaitForSumAsync("nexus.edge.peeks_in_flight", users.Length).BoundedAsync();
        foreach (var user in users) user.Dispose();
    }
}
