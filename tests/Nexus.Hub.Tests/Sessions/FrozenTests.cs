using Nexus.Hub.Tests.Peers;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Sessions;

/// <summary>A backend whose process is stopped, or whose link is cut without a word, is noticed before its users have waited 15 s.</summary>
public sealed class FrozenTests
{
    private const string After = "Nexus:Hub:Sessions:FrozenAfter";

    [Fact]
    [Statement("seen 9", "node 146")]
    public async Task Backend_SaysNothingAtAll_EndsAfterTwelveSeconds_WithItsUsersAndEverythingElse()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync((After, "00:00:12"));
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        await backend.Socket.WriteAsync([0x82, 0xFE, 0x10]); // and the link is cut in the middle of a frame

        await hub.AdvanceAsync(11);
        Assert.Empty(hub.Metrics.Of("nexus.hub.session.duration"));
        await hub.AdvanceUntilAsync(hub.Metrics.WaitForAsync("nexus.hub.session.duration", ("end", "frozen"))); // 12 s after the hub has got them

        Assert.Equal(ChannelReadStatus.Reset, (await user.ReceiveAllAsync()).End);
        await hub.Metrics.WaitForSumAsync("nexus.hub.active_sessions", 0);
        await hub.Metrics.WaitForSumAsync("nexus.hub.active_streams", 0);
        await hub.Region.Directory.WaitForAsync("app.test", weight: 0);
        Assert.NotEqual(default, connect.Id);
    }

    [Fact]
    [Statement("node 10")]
    public async Task Backend_ThatOnlyPings_RunsAndStays()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync((After, "00:00:12"));
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        for (var i = 0; i < 8; i++) // its receiver may be busy with a token for 15 s; less than the 60 s of the original
        {
            await hub.AdvanceAsync(5);
            await backend.SettleAsync();
        }

        Assert.Empty(hub.Metrics.Of("nexus.hub.session.duration"));
    }

    [Fact]
    public async Task Backend_ThatNeverPingsButAnswers_Stays()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync((After, "00:00:12"));
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        for (var i = 0; i < 3; i++)
        {
            await hub.AdvanceAsync(7);
            Assert.Equal(RawFrame.PingOpcode, (await backend.Socket.ReceiveAsync())?.Opcode);
            await backend.Socket.SendAsync(RawFrame.PongOpcode, []);
            await backend.SettleAsync();
        }

        Assert.Empty(hub.Metrics.Of("nexus.hub.session.duration"));
    }
}
