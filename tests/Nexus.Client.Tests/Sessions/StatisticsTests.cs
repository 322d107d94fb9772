using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Sessions;

/// <summary>Everything in spec/client.md §12 has a number.</summary>
public sealed class StatisticsTests
{
    [Fact]
    [Statement("client 127")]
    public async Task Streams_OfEveryState_AreShown()
    {
        var dial = new TaskCompletionSource<NexusConnectResult>();
        await using var pair = new StreamPair(room: 10);
        var time = new ManualTimeProvider();
        var (client, hub) = await ClientUnderTest.ConnectAsync(time, services: services => services with
        {
            ConnectHandlers = [async (request, _) => request.Port switch
            {
                1 => NexusConnectResult.NoRoute,
                444 => await dial.Task,
                445 => NexusConnectResult.FromStream(pair.Near),
                _ => NexusConnectResult.NoRoute,
            }],
        });
        await using var _ = client;
        var starved = await hub.ConnectAsync(credits: 1);
        using var local = await client.Service.AcceptAsync();
        await LocalService.SendAsync(local, new byte[100_000]);
        await hub.WaitForFramesAsync(starved, 1);
        var dialing = await hub.ConnectAsync(port: 444);
        var paused = await hub.ConnectAsync(port: 445);
        for (var i = 0; i < 60; i++) await hub.SendDataAsync(paused, new byte[10]);
        await hub.WaitForControlAsync(paused, "pause_stream");
        await hub.RoundTripAsync();

        var streams = client.Client.GetStreams().ToDictionary(stream => stream.StreamId);
        Assert.True(streams[starved].IsWaitingForCredit);
        Assert.Equal((NexusStreamState.Open, 443, true), (streams[starved].State, streams[starved].Port, streams[starved].BytesSent > 0));
        Assert.Equal((NexusStreamState.Dialing, 444), (streams[dialing].State, streams[dialing].Port));
        Assert.True(streams[paused].IsPaused);
        Assert.True(streams[paused].QueuedFrames >= 48 && streams[paused].QueuedBytes >= 480);
        Assert.Equal(time.GetUtcNow(), streams[paused].LastActivity);

        var statistics = client.Client.GetStatistics();
        Assert.Equal((3, 1, 1, 1), (statistics.ActiveStreams, statistics.DialingStreams, statistics.PausedStreams, statistics.StreamsWaitingForCredit));
        Assert.True(statistics.BufferedBytes >= 480);
        Assert.Equal(time.GetUtcNow(), statistics.Time);
        Assert.Equal(time.GetUtcNow(), statistics.LastConnected);
        dial.SetResult(NexusConnectResult.NoRoute);
    }

    [Fact]
    [Statement("client 127")]
    public async Task Messages_AndAttempts_AreCounted()
    {
        var time = new ManualTimeProvider();
        var (client, hub) = await ClientUnderTest.ConnectAsync(time);
        await using var _ = client;
        for (var i = 0; i < 5; i++) await hub.RoundTripAsync();
        await hub.CloseAsync(1008, "no more");
        await hub.EndedAsync();
        await client.Logs.WaitForEventAsync(303);
        var statistics = client.Client.GetStatistics();
        Assert.True(statistics.MessagesReceived >= 5 && statistics.MessagesSent >= 5);
        Assert.Equal(1, statistics.SessionsOpened);
        Assert.Equal(0, statistics.QueuedControlMessages);
    }

    [Fact]
    [Statement("client 127")]
    public async Task RefusedAttempts_AreCountedApart()
    {
        await using var client = await ClientUnderTest.StartAsync(new ManualTimeProvider());
        await client.Hub.RefuseAsync(403);
        await client.Logs.WaitForEventAsync(304);
        var statistics = client.Client.GetStatistics();
        Assert.Equal((1, 1, 0), (statistics.FailedAttempts, statistics.RefusedAttempts, statistics.RateLimitedAttempts));
        Assert.Null(statistics.LastConnected);
    }

    [Fact]
    [Statement("client 127")]
    public async Task SlowWatcher_LosesTheOldestAndSlowsNobody()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var events = client.Client.WatchEventsAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 200; i++) await hub.RoundTripAsync();
        await client.Metrics.WaitForSumAsync("nexus.client.active_streams", 0).BoundedAsync();
        await client.Client.StopAsync(TestContext.Current.CancellationToken).BoundedAsync();
        var seen = 0;
        await foreach (var happened in events) seen++;
        Assert.Equal(256, seen);
        Assert.True(client.Client.GetStatistics().EventsDropped > 100);
    }
}
