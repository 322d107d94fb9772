using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Sessions;

/// <summary>How long a user may be silent, and what counts as silence.</summary>
public sealed class StreamIdleTests
{
    [Fact]
    [Statement("node 69")]
    public async Task User_SilentForTheIdleTimeout_IsClosedAndBackendTold()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync(("Nexus:Hub:Sessions:StreamIdleTimeout", "00:00:30"));
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        await hub.AdvanceUntilAsync(hub.Metrics.WaitForAsync("nexus.hub.streams", ("end", "idle")));

        Assert.Equal(connect.Id, (await backend.ReceiveEventAsync("disconnect")).Id);
    }

    [Fact]
    [Statement("node 69")]
    public async Task User_SilentButDownloading_StaysAfterTheIdleTimeout()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync(("Nexus:Hub:Sessions:StreamIdleTimeout", "00:00:30"));
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        for (var i = 0; i < 5; i++)
        {
            await backend.SendDataAsync(connect.Id, [(byte)i]);
            Assert.Equal([(byte)i], await user.ReceiveAsync(1));
            await hub.AdvanceAsync(20);
        }

        Assert.Empty(hub.Metrics.Of("nexus.hub.streams"));
    }

    [Fact]
    [Statement("node 69")]
    public async Task User_SilentWithoutAnIdleTimeout_StaysForEver()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync(("Nexus:Hub:Sessions:StreamIdleTimeout", "00:00:00"));
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        for (var i = 0; i < 5; i++)
        {
            await hub.AdvanceAsync(30);
            await backend.SendEventAsync("ping_client", connect.Id); // a sign of life: the session has a limit of its own
            await backend.ReceiveEventAsync("pong_client");
        }

        await backend.SendDataAsync(connect.Id, [7]);
        Assert.Equal([7], await user.ReceiveAsync(1));
    }

    [Fact]
    [Statement("node 68", "seen 11")]
    public async Task User_PausedForLongerThanTheIdleTimeout_IsServedAfterwards()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync(("Nexus:Hub:Sessions:StreamIdleTimeout", "00:00:10"));
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        await backend.SendEventAsync("pause_stream", connect.Id);
        await backend.SettleAsync();
        await user.SendAsync([1, 2, 3]);
        await hub.AdvanceAsync(40);

        await backend.SendEventAsync("resume_stream", connect.Id);
        Assert.Equal([1, 2, 3], (await backend.ReceiveAsync())?.Data);
        Assert.Empty(hub.Metrics.Of("nexus.hub.streams"));
    }
}
