using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Multiplexing;

public sealed class ReceiveBudgetTests
{
    private const int Block = 32 * 1024;
    private const long Limit = 100 * Block;

    private readonly ReceiveBudget _budget = new(pauseAbove: Limit, endAbove: 2 * Limit);

    [Fact]
    public void Share_GetsLessTheMoreIsUsed()
    {
        _budget.Move(0, 10 * Block);
        Assert.False(_budget.IsTight);
        Assert.False(_budget.IsTooMuch(11 * Block));
        Assert.True(_budget.IsTooMuch(12 * Block)); // an eighth of the rest

        _budget.Move(0, 50 * Block);
        Assert.True(_budget.IsTight);
        Assert.False(_budget.IsTooMuch(5 * Block));
        Assert.True(_budget.IsTooMuch(6 * Block));
    }

    [Fact]
    public void Share_IsNeverLessThanAFewFrames()
    {
        _budget.Move(0, 150 * Block);

        Assert.False(_budget.IsTooMuch(4 * Block));
        Assert.True(_budget.IsTooMuch(5 * Block));
        Assert.False(_budget.IsSpent(150 * Block));
        _budget.Move(150 * Block, 201 * Block);
        Assert.True(_budget.IsSpent(201 * Block));
    }

    [Fact]
    public void Nobody_WhoHoldsNothing_HoldsTooMuch()
    {
        _budget.Move(0, 1_000 * Block);

        Assert.False(_budget.IsTooMuch(0));
        Assert.False(_budget.IsSpent(0));
    }

    [Fact]
    public async Task Lane_CountsWhatItHolds_AndNothingAfterItsEnd()
    {
        using var sockets = await SocketPair.ConnectAsync(bufferSize: 8 * 1024);
        await using var sink = new SocketChannel(sockets.Near);
        var lane = new ReceiveLane(sink, 128, static _ => { }, memory: _budget);
        for (var i = 0; i < 64; i++) lane.Deliver(new byte[Block]);
        Assert.Equal(lane.HeldBytes, _budget.Used);
        Assert.InRange(lane.HeldBytes, lane.QueuedBytes, 64 * Block);

        using var stop = new CancellationTokenSource();
        var running = lane.RunAsync(stop.Token);
        await stop.CancelAsync();
        await running.BoundedAsync();

        Assert.Equal((0, 0), (_budget.Used, lane.HeldBytes));
    }

    [Fact]
    public async Task Lane_ThatNeverRan_HoldsNothingOnceAborted()
    {
        using var sockets = await SocketPair.ConnectAsync(bufferSize: 8 * 1024);
        await using var sink = new SocketChannel(sockets.Near);
        var lane = new ReceiveLane(sink, 128, static _ => { }, memory: _budget);
        for (var i = 0; i < 64; i++) lane.Deliver(new byte[Block]);

        lane.Abort();

        Assert.Equal((0, 0), (_budget.Used, lane.HeldBytes));
    }

    [Fact]
    public async Task Lane_ThatForfeits_CountsNoMore()
    {
        using var sockets = await SocketPair.ConnectAsync(bufferSize: 8 * 1024);
        await using var sink = new SocketChannel(sockets.Near);
        var lane = new ReceiveLane(sink, 128, static _ => { }, memory: _budget);
        for (var i = 0; i < 64; i++) lane.Deliver(new byte[Block]);

        lane.Forfeit();
        lane.Forfeit();
        Assert.Equal(0, _budget.Used);
        lane.Abort();

        Assert.Equal(0, _budget.Used);
    }
}
