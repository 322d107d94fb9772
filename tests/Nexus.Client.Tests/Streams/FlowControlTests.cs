using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Streams;

public sealed class FlowControlTests
{
    private const int FrameSize = 16 * 1024;

    [Fact]
    [Statement("client 88")]
    public async Task Credits_Given_NoMoreFramesThanThatAreSent()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync(credits: 3);
        using var local = await client.Service.AcceptAsync();
        await LocalService.SendAsync(local, new byte[20 * FrameSize]);
        await hub.WaitForFramesAsync(id, 3);
        await hub.RoundTripAsync();
        Assert.Equal(3, hub.FramesOf(id));

        await hub.GrantAsync(id, 2);
        await hub.WaitForFramesAsync(id, 5);
        await hub.RoundTripAsync();
        Assert.Equal(5, hub.FramesOf(id));
    }

    [Fact]
    [Statement("client 89")]
    public async Task Credits_Absent_MeanNoLimit()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync(credits: 0);
        using var local = await client.Service.AcceptAsync();
        await LocalService.SendAsync(local, new byte[200 * FrameSize]);
        Assert.Equal(200 * FrameSize, (await hub.WaitForDataAsync(id, 200 * FrameSize)).Length);
    }

    [Fact]
    [Statement("client 92")]
    public async Task Credits_OneStreamWithout_DelaysNoOther()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var starved = await hub.ConnectAsync(credits: 1);
        using var first = await client.Service.AcceptAsync();
        await LocalService.SendAsync(first, new byte[10 * FrameSize]);
        await hub.WaitForFramesAsync(starved, 1);

        var other = await hub.ConnectAsync();
        using var second = await client.Service.AcceptAsync();
        await LocalService.SendAsync(second, new byte[50 * FrameSize]);
        await hub.WaitForDataAsync(other, 50 * FrameSize);
        Assert.Equal(1, hub.FramesOf(starved));
    }

    [Fact]
    [Statement("client 45")]
    public async Task Frames_OfTheClient_HoldAtMost16KiB()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync(credits: 1_000);
        using var local = await client.Service.AcceptAsync();
        await LocalService.SendAsync(local, new byte[1_000_000]);
        await hub.WaitForDataAsync(id, 1_000_000);
        Assert.All(hub.Messages.Where(message => message.IsData), message => Assert.InRange(message.Payload.Length, 1, 2 * FrameSize));
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","credits":8""")]
    public async Task Pause_OfTheHub_HoldsOneStreamUntilItResumes(string credits)
    {
        var time = new ManualTimeProvider();
        var (client, hub) = await ClientUnderTest.ConnectAsync(time);
        await using var _ = client;
        var held = await hub.ConnectAsync(credits: 32);
        using var first = await client.Service.AcceptAsync();
        await hub.SendControlAsync($$"""{"event":"pause_stream","client_id":"{{held}}","reason":"buffer_full"}""");
        await hub.RoundTripAsync();
        await LocalService.SendAsync(first, new byte[10 * FrameSize]);
        var other = await hub.ConnectAsync();
        using var second = await client.Service.AcceptAsync();
        await LocalService.SendAsync(second, new byte[10 * FrameSize]);
        await hub.WaitForDataAsync(other, 10 * FrameSize);
        await StepAsync(time, hub, 20);
        Assert.Equal(0, hub.FramesOf(held)); // nor does a lost grant seem to be the reason

        await hub.SendControlAsync($$"""{"event":"resume_stream","client_id":"{{held}}"{{credits}}}""");

        Assert.Equal(10 * FrameSize, (await hub.WaitForDataAsync(held, 10 * FrameSize)).Length);
    }

    [Fact]
    public async Task Pause_OfTheHub_WhileDataFlows_HoldsWhatWasNotSent()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync(credits: 100_000);
        using var local = await client.Service.AcceptAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var sending = SendWithoutEndAsync(local, stop.Token);
        for (var round = 1; round <= 5; round++)
        {
            await hub.WaitForFramesAsync(id, hub.FramesOf(id) + 20);
            await hub.SendControlAsync($$"""{"event":"pause_stream","client_id":"{{id}}","reason":"buffer_full"}""");
            await hub.RoundTripAsync();
            await hub.RoundTripAsync();
            var frames = hub.FramesOf(id);
            for (var i = 0; i < 20; i++) await hub.RoundTripAsync();
            Assert.Equal(frames, hub.FramesOf(id));
            await hub.SendControlAsync($$"""{"event":"resume_stream","client_id":"{{id}}"}""");
        }

        await hub.DisconnectAsync(id);
        await stop.CancelAsync();
        await sending.BoundedAsync();
    }

    [Fact]
    [Statement("client 94")]
    public async Task Stall_Of10Seconds_SendsOneFrameAndNoneAfterIt()
    {
        var time = new ManualTimeProvider();
        var (client, hub) = await ClientUnderTest.ConnectAsync(time);
        await using var _ = client;
        var id = await hub.ConnectAsync(credits: 1);
        using var local = await client.Service.AcceptAsync();
        await LocalService.SendAsync(local, new byte[20 * FrameSize]);
        await hub.WaitForFramesAsync(id, 1);

        await StepAsync(time, hub, 9);
        Assert.Equal(1, hub.FramesOf(id));
        await StepAsync(time, hub, 60);
        Assert.Equal(2, hub.FramesOf(id));
        Assert.Equal(1, client.Metrics.Sum("nexus.client.stall_probes"));

        await hub.GrantAsync(id, 1);
        await hub.WaitForFramesAsync(id, 3);
        await StepAsync(time, hub, 20);
        Assert.Equal(4, hub.FramesOf(id));
    }

    [Fact]
    [Statement("client 87", "seen 2")]
    public async Task ServiceEnds_DisconnectIsHeldBackUntilTheHubHasDelivered()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        await LocalService.SendAsync(local, new byte[20 * FrameSize]);
        local.Close();
        await hub.WaitForDataAsync(id, 20 * FrameSize);
        await hub.RoundTripAsync();
        Assert.DoesNotContain(hub.Messages, message => message.Event == "disconnect" && message.StreamId == id);

        await hub.GrantAsync(id, hub.FramesOf(id) - 8);
        await hub.RoundTripAsync();
        Assert.DoesNotContain(hub.Messages, message => message.Event == "disconnect" && message.StreamId == id);
        await hub.GrantAsync(id, 1);
        Assert.Equal("normal", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
    }

    [Fact]
    [Statement("client 98")]
    public async Task ServiceEnds_HubNeverGrants_DisconnectAfter30Seconds()
    {
        var time = new ManualTimeProvider();
        var (client, hub) = await ClientUnderTest.ConnectAsync(time);
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        await LocalService.SendAsync(local, new byte[20 * FrameSize]);
        local.Close();
        await hub.WaitForDataAsync(id, 20 * FrameSize);
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await StepAsync(time, hub, 30);
        Assert.Equal("normal", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
    }

    [Fact]
    [Statement("client 99")]
    public async Task Frames_TakenByTheService_AreGrantedInEights()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        for (var i = 0; i < 20; i++) await hub.SendDataAsync(id, [1]);
        await LocalService.ReceiveAsync(local, 20);
        await hub.RoundTripAsync();
        Assert.Equal(64 + 16, GrantsOf(hub, id));
    }

    [Fact]
    [Statement("client 103")]
    public async Task Frames_DroppedBecauseTheServiceIsGone_AreGrantedToo()
    {
        await using var broken = new BrokenStream();
        var (client, hub) = await ClientUnderTest.ConnectAsync(services: services => services with { ConnectHandlers = [(request, _) => new(request.Port == 443 ? NexusConnectResult.FromStream(broken) : NexusConnectResult.NoRoute)] });
        await using var _ = client;
        var id = await hub.ConnectAsync();
        await hub.SendDataAsync(id, [1]);
        await broken.Failed.BoundedAsync();
        for (var i = 0; i < 32; i++) await hub.SendDataAsync(id, [1]);
        await hub.WaitForAsync(message => message.Event == "resume_stream" && message.StreamId == id && GrantsOf(hub, id) >= 64 + 24);
    }

    [Fact]
    [Statement("client 101")]
    public async Task Service_DoesNotTake_HubIsPausedOnceAndResumedOnce()
    {
        await using var pair = new StreamPair(room: 10);
        var (client, hub) = await ClientUnderTest.ConnectAsync(services: services => services with { ConnectHandlers = [(request, _) => new(request.Port == 443 ? NexusConnectResult.FromStream(pair.Near) : NexusConnectResult.NoRoute)] });
        await using var _ = client;
        var id = await hub.ConnectAsync();
        for (var i = 0; i < 60; i++) await hub.SendDataAsync(id, new byte[10]);
        Assert.Equal("buffer_full", (await hub.WaitForControlAsync(id, "pause_stream")).Reason);
        await hub.RoundTripAsync();

        await pair.Far.ReadExactlyAsync(new byte[600], TestContext.Current.CancellationToken).BoundedAsync();
        await hub.WaitForAsync(message => message.Event == "resume_stream" && message.StreamId == id && message.Credits == 0);
        Assert.Single(hub.Messages, message => message.Event == "pause_stream");
    }

    [Fact]
    [Statement("client 102", "seen 1")]
    public async Task Hub_Sends81FramesDuringADial_StreamSurvives()
    {
        var dial = new TaskCompletionSource<NexusConnectResult>();
        var (client, hub) = await ClientUnderTest.ConnectAsync(services: services => services with { ConnectHandlers = [async (request, _) => request.Port == 443 ? await dial.Task : NexusConnectResult.NoRoute] });
        await using var _ = client;
        var id = await hub.ConnectAsync();
        for (var i = 0; i < 81; i++) await hub.SendDataAsync(id, new byte[32 * 1024]);
        await hub.RoundTripAsync();
        dial.SetResult(NexusConnectResult.Dial(client.Service.Target));
        using var local = await client.Service.AcceptAsync();
        Assert.Equal(81 * 32 * 1024, (await LocalService.ReceiveAsync(local, 81 * 32 * 1024)).Length);
        Assert.DoesNotContain(hub.Messages, message => message.Event == "disconnect" && message.StreamId == id);
    }

    [Fact]
    public async Task Hub_SendsWithoutEnd_StreamEndsWithBufferFullAndTheSessionGoesOn()
    {
        await using var pair = new StreamPair(room: 1);
        var (client, hub) = await ClientUnderTest.ConnectAsync(services: services => services with { ConnectHandlers = [(request, _) => new(request.Port == 443 ? NexusConnectResult.FromStream(pair.Near) : NexusConnectResult.NoRoute)] });
        await using var _ = client;
        var id = await hub.ConnectAsync();
        for (var i = 0; i < 300; i++) await hub.SendDataAsync(id, new byte[10]);
        Assert.Equal("buffer_full", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
        await hub.RoundTripAsync();
    }

    private static long GrantsOf(HubSide hub, Guid id) => hub.Messages.Where(message => message.Event == "resume_stream" && message.StreamId == id).Sum(message => message.Credits);

    /// <summary>Lets seconds pass, with the hub heard in each of them, so that the session lives.</summary>
    private static async Task SendWithoutEndAsync(System.Net.Sockets.Socket socket, CancellationToken stop)
    {
        var piece = new byte[64 * 1024];
        try
        {
            while (true) await socket.SendAsync(piece, stop);
        }
        catch (Exception ex) when (ex is System.Net.Sockets.SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The user has left.
        }
    }

    private static async Task StepAsync(ManualTimeProvider time, HubSide hub, int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await hub.RoundTripAsync();
        }
    }
}
