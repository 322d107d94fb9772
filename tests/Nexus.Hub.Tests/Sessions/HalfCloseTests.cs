using Nexus.Hub.Tests.Peers;
using Nexus.Protocol.Channels;

namespace Nexus.Hub.Tests.Sessions;

/// <summary>A user's FIN is passed on to backends that know how (PROTOCOL.md §3.2).</summary>
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
}
