using System.Security.Cryptography;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Multiplexing;

public sealed class SessionWriterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ControlMessage Connect(SendLane lane) => new(ControlEvent.Connect, lane.StreamId) { Credits = 64 };

    [Fact]
    public async Task Lane_WholeLife_OpeningThenDataThenFinish()
    {
        using var sockets = await SocketPair.ConnectAsync();
        await using var source = new SocketChannel(sockets.Near);
        await using var test = new WriterUnderTest();
        var lane = test.NewLane(source);

        var running = lane.RunAsync(Token);
        await sockets.Far.SendAsync("hello"u8.ToArray(), Token);
        lane.Open(Connect(lane));
        Assert.Equal("CONNECT 64", await test.NextAsync());
        Assert.Equal("data 5", await test.NextAsync());
        sockets.Far.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        Assert.Equal(SendLaneEnd.SourceEnded, await running.BoundedAsync());
        lane.Finish(DisconnectReason.Normal);

        Assert.Equal("DISCONNECT NORMAL", await test.NextAsync());
    }

    [Fact]
    public async Task Lane_WithoutCredit_WaitsAndGoesOnWithTheGrant()
    {
        await using var test = new WriterUnderTest();
        var lane = test.NewLane(new EndlessSource(total: 3 * 16_384), credits: 2);
        lane.OpenSilently();

        var running = lane.RunAsync(Token);
        Assert.Equal("data 16384", await test.NextAsync());
        Assert.Equal("data 16384", await test.NextAsync());
        test.Writer.PostText("mark"u8.ToArray());
        Assert.Equal("Text 4", await test.NextAsync());
        Assert.True(lane.IsWaitingForCredit);
        lane.AddCredits(1);

        Assert.Equal("data 16384", await test.NextAsync());
        lane.AddCredits(1);
        Assert.Equal(SendLaneEnd.SourceEnded, await running.BoundedAsync());
        Assert.Equal(3, lane.FramesSent);
    }

    [Fact]
    [Statement("client 92")]
    public async Task Lanes_AllReady_TakeTurnsOfOneQuantum()
    {
        await using var test = new WriterUnderTest(room: 1);
        var lanes = Enumerable.Range(0, 3).Select(i => test.NewLane(new EndlessSource(fill: (byte)i))).ToArray();
        var running = lanes.Select(lane => lane.RunAsync(Token)).ToArray();
        foreach (var lane in lanes) lane.OpenSilently();

        var bytes = new long[3];
        for (var i = 0; i < 600; i++)
        {
            var (_, id, payload) = await test.NextFrameAsync();
            bytes[Array.FindIndex(lanes, lane => lane.StreamId == id)] += payload.Length;
        }

        Assert.All(bytes, count => Assert.InRange(count, bytes.Max() - (3 * 64 * 1024), bytes.Max()));
        test.Stop();
        Assert.All(await Task.WhenAll(running).BoundedAsync(), end => Assert.Equal(SendLaneEnd.SessionEnded, end));
    }

    [Fact]
    [Statement("client 42", "client 93")]
    public async Task Control_BesideSaturatingData_OvertakesIt()
    {
        await using var test = new WriterUnderTest(room: 1);
        var busy = test.NewLane(new EndlessSource());
        var other = test.NewLane(new EndlessSource(total: 0));
        busy.OpenSilently();
        var running = busy.RunAsync(Token);
        await test.NextAsync();

        other.Grant(8);
        var between = 0;
        while (await test.NextAsync() != "RESUMESTREAM 8") between++;

        // One batch in the transport and one being written may be ahead of it.
        Assert.InRange(between, 0, 2 * 5);
        test.Stop();
        await running.BoundedAsync();
    }

    [Fact]
    public async Task Data_BesideAFloodOfControl_IsNotStarved()
    {
        await using var test = new WriterUnderTest(room: 1, start: false);
        var lane = test.NewLane(new EndlessSource());
        lane.OpenSilently();
        for (var i = 0; i < 4_000; i++) test.Writer.Post(new(ControlEvent.PongClient, StreamId.New()));
        var running = lane.RunAsync(Token);
        test.Start();

        var control = 0;
        while ((await test.NextAsync()).StartsWith("PONG", StringComparison.Ordinal)) control++;

        Assert.InRange(control, 1, 1_000);
        test.Stop();
        await running.BoundedAsync();
    }

    [Fact]
    public async Task Pause_TakenBackBeforeItLeft_IsNotSent()
    {
        await using var test = new WriterUnderTest(start: false);
        var lane = test.NewLane(new EndlessSource(total: 0));
        lane.PausePeer();
        lane.ResumePeer();
        lane.Ping();

        test.Start();

        Assert.Equal("PINGCLIENT", await test.NextAsync());
    }

    [Fact]
    public async Task Finish_WhileBlockedOnCredit_EndsTheLaneAndNothingFollows()
    {
        await using var test = new WriterUnderTest();
        var lane = test.NewLane(new EndlessSource(), credits: 1);
        lane.OpenSilently();
        var running = lane.RunAsync(Token);
        Assert.Equal("data 16384", await test.NextAsync());

        lane.Finish("shutdown");
        Assert.Equal("DISCONNECT SHUTDOWN", await test.NextAsync());
        Assert.Equal(SendLaneEnd.Cancelled, await running.BoundedAsync());
        lane.AddCredits(10);
        lane.Grant(8);
        lane.Finish("normal");
        test.Writer.Close(WebSocketCloseCode.GoingAway, "bye");

        Assert.Equal("close 1001", await test.NextAsync());
        Assert.Equal(SessionWriterEnd.Closed, await test.Running.BoundedAsync());
    }

    [Fact]
    public async Task Cancel_OfAWaitingLane_SendsNothing()
    {
        using var sockets = await SocketPair.ConnectAsync();
        await using var source = new SocketChannel(sockets.Near);
        await using var test = new WriterUnderTest();
        var lane = test.NewLane(source);
        lane.OpenSilently();
        using var cancel = new CancellationTokenSource();
        var running = lane.RunAsync(cancel.Token);

        await cancel.CancelAsync();
        Assert.Equal(SendLaneEnd.Cancelled, await running.BoundedAsync());
        lane.Grant(8);
        test.Writer.Ping();

        Assert.Equal("Ping 0", await test.NextAsync());
    }

    [Fact]
    public async Task Pause_FromThePeer_StopsNewFramesUntilCreditsOrResume()
    {
        await using var test = new WriterUnderTest(room: 1);
        var lane = test.NewLane(new EndlessSource());
        lane.OpenSilently();
        var running = lane.RunAsync(Token);
        await test.NextAsync();

        lane.PauseSending();
        test.Writer.PostText("mark"u8.ToArray());
        while (await test.NextAsync() != "Text 4")
        {
            // What was under way before the pause.
        }

        test.Writer.Ping();
        Assert.Equal("Ping 0", await test.NextAsync());
        lane.AddCredits(8);
        Assert.Equal("data 16384", await test.NextAsync());
        test.Stop();
        await running.BoundedAsync();
    }

    [Theory]
    [InlineData(WebSocketRole.Client)]
    [InlineData(WebSocketRole.Server)]
    public async Task Data_OfAnySize_ArrivesUnchanged(WebSocketRole role)
    {
        using var sockets = await SocketPair.ConnectAsync();
        await using var source = new SocketChannel(sockets.Near);
        await using var test = new WriterUnderTest(role: role, maxPayload: DataFrame.MaxPayload);
        var lane = test.NewLane(source);
        lane.OpenSilently();
        using var cancel = new CancellationTokenSource();
        var running = lane.RunAsync(cancel.Token);

        foreach (var size in new[] { 1, 2, 107, 108, 109, 110, 125, 126, 1_000, 40_000 })
        {
            var sent = RandomNumberGenerator.GetBytes(size);
            await sockets.Far.SendAsync(sent, Token);
            var received = new List<byte>();
            while (received.Count < size) received.AddRange((await test.NextFrameAsync()).Payload);
            Assert.Equal(sent, received);
        }

        await cancel.CancelAsync();
        await running.BoundedAsync();
    }

    [Fact]
    public async Task Transport_Broken_EndsWriterAndLanes()
    {
        await using var test = new WriterUnderTest(room: 1);
        var lane = test.NewLane(new EndlessSource());
        lane.OpenSilently();
        var running = lane.RunAsync(Token);
        await test.NextAsync();

        await test.BreakTransportAsync();

        Assert.Equal(SessionWriterEnd.TransportFailed, await test.Running.BoundedAsync());
        Assert.Equal(SendLaneEnd.SessionEnded, await running.BoundedAsync());
    }

    [Fact]
    public async Task Control_MoreThanTheBound_EndsTheSession()
    {
        await using var test = new WriterUnderTest(room: 1);
        for (var i = 0; i < 10_000; i++) test.Writer.Post(new(ControlEvent.PongClient, StreamId.New()));

        // The transport takes one batch and blocks; the queue then grows over its bound.
        while (!test.Running.IsCompleted) await Task.WhenAny(test.NextAsync(), test.Running);

        Assert.Equal(SessionWriterEnd.ControlOverflow, await test.Running.BoundedAsync());
    }

    [Fact]
    public async Task Close_WithLongReason_IsCutAtACharacter()
    {
        await using var test = new WriterUnderTest();

        test.Writer.Close(WebSocketCloseCode.PolicyViolation, new string('é', 100));
        var (what, _, payload) = await test.NextFrameAsync();

        Assert.Equal("close 1008", what);
        Assert.Equal(122, payload.Length);
    }

    [Fact]
    public async Task Source_ThatThrows_EndsTheWriterAndItsOwnTurn()
    {
        await using var pair = new StreamPair();
        var writer = new SessionWriter(pair.Near, new() { Role = WebSocketRole.Server }, TimeProvider.System);
        var lane = new SendLane(writer, StreamId.New(), new ThrowingSource(), new CountedCredits(64));
        lane.OpenSilently();

        var running = lane.RunAsync(CancellationToken.None);

        await Assert.ThrowsAsync<InvalidCastException>(() => writer.RunAsync(CancellationToken.None).BoundedAsync());
        Assert.Equal(SendLaneEnd.SessionEnded, await running.BoundedAsync());
    }
}
