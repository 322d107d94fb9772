using System.Net;
using Microsoft.Extensions.Options;
using Nexus.Edge.Peeking;
using Nexus.Edge.Tests.Fakes;
using Nexus.Edge.Tests.Peeking;

namespace Nexus.Edge.Tests.Passthrough;

/// <summary>Strangers who take the peek slots and say nothing. Statement 91 closes the newcomer; here the oldest silent one goes.</summary>
public sealed class LockOutTests
{
    private const string Limit = "Nexus:Edge:Peeking:MaxConcurrentPeeks";

    /// <summary>All from one address, so that fairness between addresses does not help.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Statement("seen 7", "node 91")]
    public async Task SilentSocketsByTheHundred_AndAThousandHonestAtOnce_AllAreServed(bool areOld)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var silent = await Task.WhenAll(Enumerable.Range(0, 256).Select(_ => edge.ConnectAsync()));
        await edge.Metrics.WaitForSumAsync("nexus.edge.peeks_in_flight", silent.Length).BoundedAsync();
        if (areOld) edge.Time.Advance(PeekSlots.MinAge);

        var answering = AnswerAsync(edge, 1_000);
        var honest = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => edge.ConnectAsync()));
        await Task.WhenAll(honest.Select(AskAsync)).WaitAsync(TestTimeouts.Long, TestContext.Current.CancellationToken);
        await answering;
        foreach (var user in silent.Concat(honest)) user.Dispose();
    }

    [Fact]
    [Statement("node 91")]
    public async Task Slots_AllTaken_TheOldestSilentGoes_AndTheyAreFreeWhenPeekingEnds()
    {
        await using var edge = await EdgeUnderTest.StartAsync((Limit, "2"));
        using var unfinished = await edge.ConnectAsync();
        await unfinished.SendAsync(Hellos.For("app.test").AsMemory(0, 50));
        await Eventually.SucceedsAsync(() => Task.FromResult(edge.Get<PeekSlots>().Unfinished == 1), () => "Its bytes were not read.");
        using var silent = await edge.ConnectAsync();
        await edge.Metrics.WaitForSumAsync("nexus.edge.peeks_in_flight", 2).BoundedAsync();
        edge.Time.Advance(PeekSlots.MinAge);
        var (user, _) = await edge.ConnectThroughAsync();
        using var closing = user;
        await silent.AssertClosedWithoutAByteAsync(); // younger than the unfinished one, and silent
        Assert.Equal("peek_slots_full", await edge.EndOfAsync());

        await unfinished.SendAsync(Hellos.For("app.test").AsMemory(50)); // its slot is free then although the connection goes on
        await edge.Hub.NextAsync();
        Assert.Equal(0, edge.Metrics.Sum("nexus.edge.peeks_in_flight"));
    }

    [Fact]
    public void Newcomer_OfTheClientWithMost_PushesOutItsOwn()
    {
        var time = new ManualTimeProvider();
        var slots = SlotsOf(3, time);
        var (greedy, other) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"));
        var honest = Take(slots, other);
        time.Advance(TimeSpan.FromSeconds(1));
        PeekSlot[] own = [Take(slots, greedy), Take(slots, greedy)];
        time.Advance(PeekSlots.MinAge);
        Take(slots, greedy);
        Assert.False(honest.Withdrawn.IsCancellationRequested); // although it is the oldest
        Assert.Equal((true, false), (own[0].Withdrawn.IsCancellationRequested, own[1].Withdrawn.IsCancellationRequested));

        Take(slots, other); // who has fewer takes from who has more
        Assert.True(own[1].Withdrawn.IsCancellationRequested);
        Assert.False(honest.Withdrawn.IsCancellationRequested);
    }

    [Fact]
    public void Newcomer_WithAsManyAsEverybody_TakesFromNobodyElse()
    {
        var time = new ManualTimeProvider();
        var slots = SlotsOf(2, time);
        PeekSlot[] old = [Take(slots, IPAddress.Parse("192.0.2.1")), Take(slots, IPAddress.Parse("192.0.2.2"))];
        time.Advance(PeekSlots.MinAge);
        Take(slots, IPAddress.Parse("192.0.2.3")); // has none yet
        Assert.Equal((true, false), (old[0].Withdrawn.IsCancellationRequested, old[1].Withdrawn.IsCancellationRequested));
        Take(slots, IPAddress.Parse("192.0.2.3")); // has one as the other has: it goes over the limit
        Assert.False(old[1].Withdrawn.IsCancellationRequested);
    }

    [Fact]
    public void Burst_IsBounded()
    {
        var slots = SlotsOf(1, new ManualTimeProvider());
        var client = IPAddress.Parse("192.0.2.1");
        var taken = Enumerable.Range(0, PeekSlots.BurstFactor).Select(_ => Take(slots, client)).ToList();
        Assert.DoesNotContain(taken, slot => slot.Withdrawn.IsCancellationRequested);
        Take(slots, client);
        Assert.True(taken[0].Withdrawn.IsCancellationRequested); // young as it is

        taken[1..].ForEach(slot => slot.NoteBytes()); // and of those that hold a buffer only a few stay
        Assert.Equal(PeekSlots.UnfinishedFactor, taken[1..].Count(slot => !slot.Withdrawn.IsCancellationRequested));
    }

    [Fact]
    public void SlotsGivenBack_LeaveNothing()
    {
        var slots = SlotsOf(1, new ManualTimeProvider());
        for (var round = 0; round < 100; round++)
        {
            using var slot = Take(slots, IPAddress.Parse("192.0.2.1"));
            if (round % 2 == 0) slot.NoteBytes();
        }
        var last = Enumerable.Range(0, PeekSlots.BurstFactor).Select(_ => Take(slots, IPAddress.Parse("192.0.2.1"))).ToList();
        Assert.DoesNotContain(last, slot => slot.Withdrawn.IsCancellationRequested);
    }

    private static PeekSlots SlotsOf(int limit, TimeProvider time)
    {
        var factory = new OptionsFactory<PeekOptions>([new ConfigureOptions<PeekOptions>(options => options.MaxConcurrentPeeks = limit)], []);
        return new(new OptionsMonitor<PeekOptions>(factory, [], new OptionsCache<PeekOptions>()), time);
    }

    private static PeekSlot Take(PeekSlots slots, IPAddress client) => slots.TryTake(client) ?? throw new InvalidOperationException("No slot.");

    private static async Task AskAsync(User user)
    {
        await user.SendAsync(Hellos.For("app.test"));
        Assert.Equal("ok"u8.ToArray(), await user.ReceiveAsync(2));
    }

    private static async Task AnswerAsync(EdgeUnderTest edge, int count)
    {
        var hello = Hellos.For("app.test").Length;
        for (var i = 0; i < count; i++)
        {
            var stream = await edge.Hub.NextAsync();
            await stream.ReadAsync(hello);
            await stream.WriteTextAsync("ok");
        }
    }
}
