using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Sessions;

/// <summary>spec/node.md §2.6 to §2.8 and §2.11: credits, pauses, and what happens to those who ignore them.</summary>
public sealed class StreamCreditTests
{
    [Fact]
    [Statement("node 59")]
    public async Task Grants_ForEveryEightFramesDelivered_AreExactAndTheRestIsKept()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        for (var i = 0; i < 30; i++) await backend.SendDataAsync(connect.Id, [(byte)i]);
        await user.ReceiveAsync(30);

        long credits = 0;
        while (credits < 24)
        {
            var grant = await backend.ReceiveEventAsync("resume_stream");
            Assert.True(grant.Credits >= 8);
            credits += grant.Credits;
        }

        Assert.Equal(24, credits);
        await backend.SendEventAsync("ping_client", connect.Id);
        Assert.Equal("pong_client", (await backend.ReceiveAsync())?.Event); // nothing between: the remainder waits
    }

    [Fact]
    [Statement("node 63", "node 66")]
    public async Task Credits_BeforeAndAfterTheFirstGrant_NeverMoreThan64FramesUnconsumed()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        var sending = user.SendAsync(new byte[4_000_000]);
        for (var i = 0; i < 64; i++) Assert.True((await backend.ReceiveAsync())?.IsData);

        await backend.SendEventAsync("resume_stream", connect.Id, ",\"credits\":64"); // the first grant replaces the window
        await AssertNothingFollowsAsync(backend, connect.Id);
        await backend.SendEventAsync("resume_stream", connect.Id, ",\"credits\":8");
        for (var i = 0; i < 8; i++) Assert.True((await backend.ReceiveAsync())?.IsData);
        await AssertNothingFollowsAsync(backend, connect.Id);

        // spec/node.md §2.7: absurd grants neither crash nor open more than the window.
        await backend.SendEventAsync("resume_stream", connect.Id, ",\"credits\":0");
        await backend.SendEventAsync("resume_stream", connect.Id, ",\"credits\":-1");
        await backend.SendEventAsync("resume_stream", connect.Id, ",\"credits\":9223372036854775807");
        for (var i = 0; i < 50; i++) Assert.True((await backend.ReceiveAsync())?.IsData);
        await sending;
    }

    [Fact]
    [Statement("node 65")]
    public async Task Credits_BackendNeverGrants_UploadGoesOnAfterTenSecondsOfStall()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        await backend.ReceiveEventAsync("connect");
        var sending = user.SendAsync(new byte[4_000_000]);
        for (var i = 0; i < 64; i++) Assert.True((await backend.ReceiveAsync())?.IsData);

        var next = backend.ReceiveAsync();
        await hub.AdvanceUntilAsync(next);
        Assert.True((await next)?.IsData);
        for (var i = 0; i < 40; i++) Assert.True((await backend.ReceiveAsync())?.IsData);
        await sending;
    }

    [Fact]
    [Statement("node 67")]
    public async Task Pause_StopsTheUpload_ResumeWithoutCreditsGoesOn()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        await backend.SendEventAsync("pause_stream", connect.Id, ",\"reason\":\"buffer_full\"");
        await backend.SendEventAsync("ping_client", connect.Id);
        Assert.Equal("pong_client", (await backend.ReceiveAsync())?.Event); // so the pause was heard
        await user.SendAsync([1, 2, 3]);
        await AssertNothingFollowsAsync(backend, connect.Id);

        await backend.SendEventAsync("resume_stream", connect.Id);
        Assert.Equal([1, 2, 3], (await backend.ReceiveAsync())?.Data);
    }

    [Fact]
    [Statement("node 61")]
    public async Task Overrun_OfABackendThatIgnoresCredits_EndsThatStreamOnly()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var stuck = await hub.ConnectAsync("app.test");
        var first = await backend.ReceiveEventAsync("connect");
        await using var sibling = await hub.ConnectAsync("app.test");
        var second = await backend.ReceiveEventAsync("connect");

        // Nobody reads at the stuck user; what the way to it holds comes on top of the 128 frames.
        for (var i = 0; i < 400 && hub.Metrics.Of("nexus.hub.streams").Count == 0; i++) await backend.SendDataAsync(first.Id, new byte[16_384]);
        Assert.Equal(first.Id, (await backend.ReceiveEventAsync("disconnect")).Id);
        await hub.Metrics.WaitForSumAsync("nexus.hub.streams", 1, ("end", "credit_overrun"));

        await backend.SendDataAsync(second.Id, [7]);
        Assert.Equal([7], await sibling.ReceiveAsync(1));
    }

    [Fact]
    [Statement("node 72", "seen 1")]
    public async Task Uploads_EightInParallelOverAStalledSession_AllComplete()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        const int Size = 1_000_000;
        List<UserPeer> users = [];
        List<Task> sending = [];
        for (var i = 0; i < 8; i++)
        {
            users.Add(await hub.ConnectAsync("app.test"));
            sending.Add(users[i].SendAsync(TestBytes.Of(Size, seed: i)));
        }

        // The backend has read nothing until now; then it reads, granting as the original does.
        Dictionary<Guid, int> received = [];
        while (received.Count < 8 || received.Values.Any(count => count < Size))
        {
            var message = await backend.ReceiveAsync();
            Assert.NotNull(message);
            if (message.Event == "connect") await backend.SendEventAsync("resume_stream", message.Id, ",\"credits\":64");
            if (!message.IsData) continue;
            received[message.Id] = received.GetValueOrDefault(message.Id) + message.Data.Length;
            await backend.SendEventAsync("resume_stream", message.Id, ",\"credits\":1");
        }

        await Task.WhenAll(sending).BoundedAsync();
        Assert.Empty(hub.Metrics.Of("nexus.hub.streams"));
        foreach (var user in users) await user.DisposeAsync();
    }

    [Fact]
    [Statement("node 64")]
    public async Task Upload_ToAServiceThatReadsASecondLate_CompletesThroughTheOriginalClient()
    {
        const int Size = 20_000_000;
        await using var hub = await HubUnderTest.StartWithClockAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        var upload = TestBytes.Of(Size);
        await using var user = await hub.ConnectAsync("app.test", upload[..517]); // what the edge has peeked counts as well
        var connect = await backend.ReceiveEventAsync("connect");
        var buffer = new OriginalBuffer(backend, connect.Id);
        var sending = user.SendAsync(upload[517..]);
        buffer.Add((await backend.ReceiveAsync())?.Data ?? []); // before the grant: the original forgot to count these
        await buffer.OnConnectAsync();
        while (buffer.Waiting < 64) buffer.Add((await backend.ReceiveAsync())?.Data ?? []);
        await hub.AdvanceAsync(1);
        await AssertNothingFollowsAsync(backend, connect.Id);

        using var received = new MemoryStream();
        while (received.Length < Size)
        {
            received.Write(await buffer.ConsumeAsync());
            while (buffer.Waiting == 0 && received.Length < Size) buffer.Add((await backend.ReceiveAsync())?.Data ?? []);
        }

        await sending;
        Assert.Equal(upload, received.ToArray());
        Assert.Equal(64, buffer.Highest);
        Assert.Empty(hub.Metrics.Of("nexus.hub.streams"));
    }

    [Fact]
    [Statement("node 60")]
    public async Task Grants_WhileNothingCanLeave_AreSentLaterWithoutLoss()
    {
        const int Frames = 4_000;
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var downloader = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        List<UserPeer> uploaders = [];
        for (var i = 0; i < 6; i++) uploaders.Add(await hub.ConnectAsync("app.test"));
        for (var i = 0; i < 6; i++) await backend.ReceiveEventAsync("connect");
        var sending = Task.WhenAll(uploaders.Select(uploader => uploader.SendAsync(new byte[1_900_000]))); // more than the line holds

        for (var sent = 0; sent < Frames; sent += 50)
        {
            for (var i = 0; i < 50; i++) await backend.SendDataAsync(connect.Id, [1]);
            await downloader.ReceiveAsync(50);
        }

        var credits = 0L;
        while (credits < Frames)
        {
            var message = await backend.ReceiveAsync();
            if (message?.Event == "resume_stream") credits += message.Credits;
        }

        Assert.Equal(Frames, credits);
        await sending;
        foreach (var uploader in uploaders) await uploader.DisposeAsync();
    }

    /// <summary>The hub has sent nothing more for the stream by the time it answers a ping.</summary>
    private static async Task AssertNothingFollowsAsync(BackendPeer backend, Guid id)
    {
        await backend.SendEventAsync("ping_client", id);
        Assert.Equal("pong_client", (await backend.ReceiveAsync())?.Event);
        await backend.SendEventAsync("ping_client", id);
        Assert.Equal("pong_client", (await backend.ReceiveAsync())?.Event);
    }
}
