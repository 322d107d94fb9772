using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Bandwidth;

/// <summary>The whole hub under a limit of 1 Mbit/s, on a clock that only the test moves: what is used up stays used up.</summary>
public sealed class LimitedHubTests
{
    private const int Upload = 400_000;

    private static readonly (string, string) s_limit = ("Nexus:Hub:Bandwidth:TotalMegabitsPerSecond", "1");

    [Fact]
    [Statement("node 131", "node 133")]
    public async Task Upload_OverTheLimit_WaitsAloneAndCompletesInTime()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync(s_limit);
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var id = (await backend.ReceiveEventAsync("connect")).Id;
        await backend.SendEventAsync("resume_stream", id, ",\"credits\":64");
        var upload = TestBytes.Of(Upload);
        var sending = user.SendAsync(upload);
        using var received = new MemoryStream();
        await ReceiveUntilItWaitsAsync(hub, backend, received);
        Assert.InRange(received.Length, 32_768, 131_072);

        // Nothing of this costs bandwidth, so none of it waits.
        await backend.SendEventAsync("ping_client", id);
        Assert.Equal("pong_client", (await backend.ReceiveAsync())?.Event);
        await using var sibling = await hub.ConnectAsync("app.test");
        Assert.Equal("connect", (await backend.ReceiveAsync())?.Event);
        await backend.SettleAsync();

        var rest = ReceiveAsync(backend, received, Upload, id);
        await hub.AdvanceUntilAsync(rest);
        await sending;
        Assert.Equal(upload, received.ToArray());
        Assert.InRange(hub.Metrics.Observe("nexus.hub.bandwidth.used") ?? 0, Upload, Upload * 1.01);
        Assert.Empty(hub.Metrics.Of("nexus.hub.streams"));
    }

    [Fact]
    [Statement("node 133")]
    public async Task Download_OverTheLimit_HoldsUpNeitherItsSiblingsGrantsNorTheSession()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync(s_limit);
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var busy = (await backend.ReceiveEventAsync("connect")).Id;
        await using var sibling = await hub.ConnectAsync("app.test");
        var quiet = (await backend.ReceiveEventAsync("connect")).Id;
        for (var i = 0; i < 8; i++) await backend.SendDataAsync(quiet, [(byte)i]);
        Assert.Equal((quiet, 8), await NextGrantAsync(backend));
        var download = TestBytes.Of(20 * 16_384);
        for (var i = 0; i < 20; i++) await backend.SendDataAsync(busy, download[(i * 16_384)..((i + 1) * 16_384)]);
        await backend.SendEventAsync("ping_client", quiet);
        await backend.ReceiveEventAsync("pong_client"); // the reader is past all of it

        // The busy one has the burst, six frames or so; the sibling waits its turn, which is the next but one.
        await backend.SendDataAsync(quiet, [42]);
        var answer = sibling.ReceiveAsync(9);
        await hub.AdvanceUntilAsync(answer);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 42], await answer);
        await backend.SendEventAsync("disconnect", busy);
        var all = user.ReceiveAllAsync();
        await hub.AdvanceUntilAsync(all);
        Assert.Equal(download, (await all).Bytes);
    }

    [Fact]
    public async Task Streams_ThatWaitLongerThanTheirLimits_AreNotEndedForIt()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync(
            s_limit, ("Nexus:Hub:Sessions:StreamIdleTimeout", "00:00:04"), ("Nexus:Hub:Sessions:UserStallTimeout", "00:00:04"));
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        List<UserPeer> users = [];
        List<Guid> ids = [];
        for (var i = 0; i < 60; i++)
        {
            users.Add(await hub.ConnectAsync("app.test"));
            ids.Add((await backend.ReceiveEventAsync("connect")).Id);
        }

        // 60 times 48 KiB at 1 Mbit/s take 24 s; each stream moves only every eight seconds.
        for (var i = 0; i < 3; i++)
        {
            foreach (var id in ids) await backend.SendDataAsync(id, new byte[16_384]);
        }

        await backend.SettleAsync();
        var all = Task.WhenAll(users.Select(user => user.ReceiveAsync(3 * 16_384)));
        await AdvanceFinelyAsync(hub, all);
        foreach (var user in users) await user.DisposeAsync();
    }

    [Fact]
    public async Task Log_AfterTenSecondsAtTheLimit_SaysSoOnceAndWhenItIsOver()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync(s_limit);
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var id = (await backend.ReceiveEventAsync("connect")).Id;
        await backend.SendEventAsync("resume_stream", id, ",\"credits\":64");
        var sending = user.SendAsync(new byte[1_600_000]);
        var received = ReceiveAsync(backend, new MemoryStream(), 1_600_000, id);
        await AdvanceFinelyAsync(hub, hub.LoggedAsync("BandwidthWatch", 2));
        await AdvanceFinelyAsync(hub, received);
        await sending;
        await AdvanceFinelyAsync(hub, hub.LoggedAsync("BandwidthWatch", 3));
    }

    [Fact]
    public async Task Hub_WithoutALimit_HasNoSchedulerAtAll()
    {
        await using var hub = await HubUnderTest.StartAsync();
        Assert.Null(hub.Metrics.Observe("nexus.hub.bandwidth.limit"));
    }

    /// <summary>In small steps: what nobody could use during a long one would be lost.</summary>
    private static async Task AdvanceFinelyAsync(HubUnderTest hub, Task done)
    {
        for (var i = 0; i < 600 && !done.IsCompleted; i++)
        {
            hub.Time.Advance(TimeSpan.FromMilliseconds(50));
            await hub.OpenAsync("nobody.test");
        }

        await done.BoundedAsync();
    }

    private static async Task<(Guid Id, long Credits)> NextGrantAsync(BackendPeer backend)
    {
        var grant = await backend.ReceiveEventAsync("resume_stream");
        return (grant.Id, grant.Credits);
    }

    /// <summary>Until as much as the limit lets through has come.</summary>
    private static async Task ReceiveUntilItWaitsAsync(HubUnderTest hub, BackendPeer backend, MemoryStream received)
    {
        while (hub.Metrics.Observe("nexus.hub.bandwidth.waiting") is not 1 || received.Length < hub.Metrics.Observe("nexus.hub.bandwidth.used") - (17 * 64))
        {
            var message = await backend.ReceiveAsync();
            if (message is { IsData: true }) received.Write(message.Data);
        }
    }

    private static async Task ReceiveAsync(BackendPeer backend, MemoryStream received, int total, Guid? granting = null)
    {
        for (var frames = 1; received.Length < total; frames++)
        {
            var message = await backend.ReceiveAsync();
            Assert.NotNull(message);
            if (!message.IsData) continue;
            received.Write(message.Data);
            if (granting is { } id && frames % 8 == 0) await backend.SendEventAsync("resume_stream", id, $",\"credits\":8");
        }
    }
}
