using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>What a lane without bytes in its budget holds up: itself.</summary>
public sealed class BudgetTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Statement("node 133")]
    public async Task SendLane_WithoutBudget_HoldsUpNeitherSiblingsNorItsOwnControl()
    {
        await using var test = new WriterUnderTest();
        var budget = new ManualBudget();
        var held = new SendLane(test.Writer, StreamId.New(), new EndlessSource(total: 100), new CountedCredits(10), budget);
        held.OpenSilently();
        var running = held.RunAsync(Token);
        await budget.Refused.Task.BoundedAsync();

        var sibling = test.NewLane(new EndlessSource(total: 5));
        sibling.OpenSilently();
        Assert.Equal(SendLaneEnd.SourceEnded, await sibling.RunAsync(Token).BoundedAsync());
        Assert.Equal("data 5", await test.NextAsync());
        held.Grant(8);
        Assert.Equal("RESUMESTREAM 8", await test.NextAsync());
        held.Pong();
        Assert.Equal("PONGCLIENT", await test.NextAsync());
        Assert.False(held.IsWaitingForCredit);

        budget.Add(1_000);
        Assert.Equal("data 100", await test.NextAsync());
        Assert.Equal(SendLaneEnd.SourceEnded, await running.BoundedAsync());
        Assert.Equal(1_000 - 117, budget.Left); // the rest came back
    }

    [Fact]
    [Statement("node 133")]
    public async Task SendLane_RefusedInTheMiddleOfARound_TheRoundGoesOn()
    {
        await using var test = new WriterUnderTest(start: false);
        var budget = new ManualBudget();
        var held = new SendLane(test.Writer, StreamId.New(), new EndlessSource(total: 100), new CountedCredits(10), budget);
        var sibling = test.NewLane(new EndlessSource(total: 5));
        held.OpenSilently();
        sibling.OpenSilently();
        var running = Task.WhenAll(held.RunAsync(Token), sibling.RunAsync(Token));
        test.Start();

        Assert.Equal("data 5", await test.NextAsync()); // nothing happens after the refusal that would wake the writer
        budget.Add(1_000);
        Assert.Equal("data 100", await test.NextAsync());
        await running.BoundedAsync();
    }

    [Fact]
    public async Task SendLane_WithPartOfAFrame_SendsASmallerOne()
    {
        await using var test = new WriterUnderTest();
        var budget = new ManualBudget(5_000);
        var lane = new SendLane(test.Writer, StreamId.New(), new EndlessSource(total: 9_983), new CountedCredits(10), budget);
        lane.OpenSilently();
        var running = lane.RunAsync(Token);
        Assert.Equal("data 4983", await test.NextAsync());
        await budget.Refused.Task.BoundedAsync();
        budget.Add(5_017);
        Assert.Equal("data 5000", await test.NextAsync());
        budget.Add(18); // to find that there is no more
        Assert.Equal(SendLaneEnd.SourceEnded, await running.BoundedAsync());
        Assert.Equal(18, budget.Left);
    }

    [Fact]
    public async Task SendLane_CancelledWhileItWaits_EndsAtOnce()
    {
        await using var test = new WriterUnderTest();
        var budget = new ManualBudget();
        var lane = new SendLane(test.Writer, StreamId.New(), new EndlessSource(total: 100), new CountedCredits(10), budget);
        lane.OpenSilently();
        var running = lane.RunAsync(Token);
        await budget.Refused.Task.BoundedAsync();
        lane.Finish(DisconnectReason.Normal);
        Assert.Equal(SendLaneEnd.Cancelled, await running.BoundedAsync());
        Assert.Equal("DISCONNECT NORMAL", await test.NextAsync());
        budget.Add(1_000); // its word comes too late, and does no harm
        Assert.Equal(1_000, budget.Left);
    }

    [Fact]
    [Statement("node 133")]
    public async Task ReceiveLane_WithoutBudget_QueuesAndDeliversInOrderWhenItComes()
    {
        using var sockets = await SocketPair.ConnectAsync();
        await using var sink = new SocketChannel(sockets.Near);
        var budget = new ManualBudget(27);
        var consumed = 0;
        var lane = new ReceiveLane(sink, 128, frames => Interlocked.Add(ref consumed, frames), budget);
        var running = lane.RunAsync(Token);
        for (var i = 0; i < 5; i++) Assert.Equal(DeliverResult.Accepted, lane.Deliver("0123456789"u8));
        Assert.Equal(10, lane.BytesDelivered);
        Assert.Equal(1, consumed);

        lane.Complete();
        budget.Add((4 * 27) + 500);
        Assert.Equal(ReceiveLaneEnd.Delivered, await running.BoundedAsync());
        Assert.Equal((50, 5), (lane.BytesDelivered, consumed));
        Assert.Equal(500, budget.Left);
    }

    [Fact]
    public async Task ReceiveLane_AbortedWhileItWaits_EndsAtOnce()
    {
        using var sockets = await SocketPair.ConnectAsync();
        await using var sink = new SocketChannel(sockets.Near);
        using var stop = new CancellationTokenSource();
        var budget = new ManualBudget();
        var lane = new ReceiveLane(sink, 128, static _ => { }, budget);
        var running = lane.RunAsync(stop.Token);
        Assert.Equal(DeliverResult.Accepted, lane.Deliver("0123456789"u8));
        await budget.Refused.Task.BoundedAsync();
        await stop.CancelAsync();
        Assert.Equal(ReceiveLaneEnd.Aborted, await running.BoundedAsync());
        Assert.Equal(0, lane.BytesDelivered);
    }
}
