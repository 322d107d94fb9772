using System.Net.Sockets;
using System.Security.Cryptography;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Multiplexing;

public sealed class ReceiveLaneTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deliver_ToAReadySink_GoesStraightThrough()
    {
        using var sockets = await SocketPair.ConnectAsync();
        await using var sink = new SocketChannel(sockets.Near);
        var consumed = 0;
        var lane = new ReceiveLane(sink, 128, frames => consumed += frames);

        for (var i = 0; i < 20; i++) Assert.Equal(DeliverResult.Accepted, lane.Deliver("0123456789"u8));

        Assert.Equal(20, consumed);
        Assert.Equal(0, lane.QueuedFrames);
        Assert.Equal(200, lane.BytesDelivered);
    }

    [Fact]
    public async Task Deliver_ToASlowSink_QueuesInOrderAndCompletesWithFin()
    {
        using var sockets = await SocketPair.ConnectAsync(bufferSize: 8 * 1024);
        await using var sink = new SocketChannel(sockets.Near);
        var consumed = 0;
        var lane = new ReceiveLane(sink, 128, frames => Interlocked.Add(ref consumed, frames));
        var frames = Enumerable.Range(0, 64).Select(_ => RandomNumberGenerator.GetBytes(16_384)).ToArray();

        Assert.All(frames, frame => Assert.Equal(DeliverResult.Accepted, lane.Deliver(frame)));
        lane.Complete();
        Assert.True(lane.QueuedFrames > 0);
        var running = lane.RunAsync(Token);
        var received = await ReadToEndAsync(sockets.Far);

        Assert.Equal(frames.SelectMany(f => f), received);
        Assert.Equal(ReceiveLaneEnd.Delivered, await running.BoundedAsync());
        Assert.Equal(64, consumed);
    }

    [Fact]
    public async Task Deliver_AfterTheSinkWasAborted_EndsTheLaneOnly()
    {
        using var sockets = await SocketPair.ConnectAsync();
        await using var sink = new SocketChannel(sockets.Near);
        var lane = new ReceiveLane(sink, 128, _ => { });

        sink.Abort(); // by the stream's owner, while the session's receiver is about to deliver

        Assert.Equal(DeliverResult.Ended, lane.Deliver("late"u8));
    }

    [Fact]
    public async Task Deliver_MoreThanTheBound_Overflows()
    {
        using var sockets = await SocketPair.ConnectAsync(bufferSize: 8 * 1024);
        await using var sink = new SocketChannel(sockets.Near);
        var lane = new ReceiveLane(sink, 4, _ => { });
        var frame = new byte[1 << 20];

        while (lane.QueuedFrames < 4) Assert.Equal(DeliverResult.Accepted, lane.Deliver(frame));

        Assert.Equal(DeliverResult.Overflow, lane.Deliver(frame));
        Assert.Equal(4, lane.QueuedFrames);
    }

    [Fact]
    public async Task Sink_Broken_EndsTheLane()
    {
        using var sockets = await SocketPair.ConnectAsync();
        await using var sink = new SocketChannel(sockets.Near);
        var lane = new ReceiveLane(sink, 128, _ => { });
        var running = lane.RunAsync(Token);

        await using (var far = new SocketChannel(sockets.Far)) far.Abort();
        await sink.WaitToReadAsync(Token).BoundedAsync();
        while (lane.Deliver("more"u8) != DeliverResult.Ended)
        {
            // The first write after a reset may still be taken by the system.
        }

        Assert.Equal(ReceiveLaneEnd.SinkBroken, await running.BoundedAsync());
    }

    [Fact]
    public async Task Abort_WhileTheSinkIsStuck_EndsWithIt()
    {
        using var sockets = await SocketPair.ConnectAsync(bufferSize: 8 * 1024);
        await using var sink = new SocketChannel(sockets.Near);
        var lane = new ReceiveLane(sink, 128, _ => { });
        using var stop = new CancellationTokenSource();
        var running = lane.RunAsync(stop.Token);
        lane.Deliver(new byte[8 << 20]);

        await stop.CancelAsync();

        Assert.Equal(ReceiveLaneEnd.Aborted, await running.BoundedAsync());
        Assert.Equal(DeliverResult.Ended, lane.Deliver("late"u8));
    }

    [Fact]
    public async Task Deliver_AfterComplete_IsDropped()
    {
        using var sockets = await SocketPair.ConnectAsync();
        await using var sink = new SocketChannel(sockets.Near);
        var lane = new ReceiveLane(sink, 128, _ => { });
        lane.Deliver("last"u8);
        lane.Complete();

        Assert.Equal(DeliverResult.Ended, lane.Deliver("late"u8));
        Assert.Equal(ReceiveLaneEnd.Delivered, await lane.RunAsync(Token).BoundedAsync());
        Assert.Equal("last"u8.ToArray(), await ReadToEndAsync(sockets.Far));
    }

    private static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await socket.ReceiveAsync(buffer, Token).BoundedAsync()) > 0) bytes.Write(buffer, 0, count);
        return bytes.ToArray();
    }
}
