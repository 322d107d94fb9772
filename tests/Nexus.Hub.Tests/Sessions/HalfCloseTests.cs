using Nexus.Hub.Tests.Peers;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Sessions;

/// <summary>A FIN of either side is passed on, and the other direction goes on (PROTOCOL.md §3.4).</summary>
public sealed class HalfCloseTests
{
    [Fact]
    public async Task User_HalfClosedAndAnswerQuiet_BackendIsToldBehindTheData()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test", [1]);
        await user.FinishAsync();
        var connect = await backend.ReceiveEventAsync("connect");
        Assert.Equal([1], (await backend.ReceiveAsync())?.Data);

        var told = backend.ReceiveEventAsync("half_close");
        await hub.AdvanceUntilAsync(told);

        Assert.Equal(connect.Id, (await told).Id);
        await backend.SendDataAsync(connect.Id, "answer"u8.ToArray());
        await backend.SendEventAsync("disconnect", connect.Id);
        var (bytes, end) = await user.ReceiveAllAsync();
        Assert.Equal("answer"u8.ToArray(), bytes);
        Assert.Equal(ChannelReadStatus.End, end);
    }

    [Fact]
    [Statement("seen 3", "case 1")]
    public async Task User_HalfClosed_BackendThatKnowsHowIsToldAtOnce()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test", [1]);
        var connect = await backend.ReceiveEventAsync("connect");
        Assert.True(connect.Json.GetProperty("half_close").GetBoolean());
        await backend.SendEventAsync("resume_stream", connect.Id, ",\"credits\":64,\"half_close\":true");
        await user.FinishAsync();

        Assert.Equal([1], (await backend.ReceiveAsync())?.Data);
        Assert.Equal(connect.Id, (await backend.ReceiveEventAsync("half_close")).Id); // the clock stands still
    }

    [Fact]
    public async Task User_HalfClosedBeforeTheBackendSaidThatItKnowsHow_IsToldWithItsGrant()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test", [1]);
        await user.FinishAsync();
        var connect = await backend.ReceiveEventAsync("connect");
        await backend.SendEventAsync("resume_stream", connect.Id, ",\"credits\":64,\"half_close\":true");

        // Whichever came first, the user's FIN or the grant; at the latest it is told with the next look.
        var told = backend.ReceiveEventAsync("half_close");
        await hub.AdvanceUntilAsync(told);
        Assert.Equal(connect.Id, (await told).Id);
    }

    [Fact]
    [Statement("seen 3", "case 2")]
    public async Task Backend_HalfClosed_UserGetsItsFin_AndGoesOnSending()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        await backend.SendEventAsync("resume_stream", connect.Id, ",\"credits\":64,\"half_close\":true");
        var answer = TestBytes.Of(16_000);
        await backend.SendDataAsync(connect.Id, answer);
        await backend.SendEventAsync("half_close", connect.Id);

        var (bytes, end) = await user.ReceiveAllAsync();
        Assert.Equal(answer, bytes);
        Assert.Equal(ChannelReadStatus.End, end);
        await user.SendAsync([7, 8]);
        Assert.Equal([7, 8], (await backend.ReceiveAsync())?.Data);
        await user.FinishAsync();
        await backend.ReceiveEventAsync("half_close");
        await backend.SendEventAsync("disconnect", connect.Id);
        Assert.Equal("backend_ended", await user.EndReasonAsync());
    }

    [Fact]
    public async Task Backend_HalfClosed_AndUserLeaves_IsToldAndAllIsInOrder()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        await backend.SendEventAsync("half_close", connect.Id);
        await user.ReceiveAllAsync();

        user.Reset();

        Assert.Equal(connect.Id, (await backend.ReceiveEventAsync("disconnect")).Id);
        await hub.Metrics.WaitForSumAsync("nexus.hub.streams", 1, ("end", "backend_ended"));
    }

    [Fact]
    public async Task Backend_HalfClosed_AndUserSilent_EndsAfterTheLimit()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync(("Nexus:Hub:Sessions:HalfClosedIdleTimeout", "00:00:20"));
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        await backend.SendEventAsync("half_close", connect.Id);
        await user.ReceiveAllAsync();

        var told = backend.ReceiveEventAsync("disconnect");
        await hub.AdvanceUntilAsync(told);

        await hub.Metrics.WaitForSumAsync("nexus.hub.streams", 1, ("end", "half_closed_idle"));
    }

    [Fact]
    public async Task Backend_SessionLostAfterItsHalfClose_IsAResetForTheUserThatStillSends()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        await backend.SendEventAsync("half_close", connect.Id);
        await user.ReceiveAllAsync();

        await backend.DisposeAsync();

        Assert.Equal("session_lost", await user.EndReasonAsync());
    }
}
