using Nexus.Hub.Tests.Peers;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Sessions;

/// <summary>What an edge learns of a backend whose local service cannot be reached.</summary>
public sealed class DialFailureTests
{
    private const string DialFailed = ",\"reason\":\"dial_failed\"";

    [Fact]
    [Statement("seen 11")]
    public async Task Disconnect_DialFailedBeforeAnyByte_IsAResetWithTheReason()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test", new byte[100_000]);
        var connect = await backend.ReceiveEventAsync("connect");
        await backend.SendEventAsync("disconnect", connect.Id, DialFailed);

        Assert.Equal(ChannelReadStatus.Reset, (await user.ReceiveAllAsync()).End);
        Assert.Equal("dial_failed", await user.EndReasonAsync());
        await hub.Metrics.WaitForSumAsync("nexus.hub.streams", 1, ("end", "dial_failed"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Statement("node 58")]
    public async Task Disconnect_DialFailedAfterAnAnswer_IsAnEndLikeOthers(bool isHalfClose)
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        if (isHalfClose) await backend.SendEventAsync("half_close", connect.Id);
        else await backend.SendDataAsync(connect.Id, [7]);
        await backend.SendEventAsync("disconnect", connect.Id, DialFailed);

        var (received, end) = await user.ReceiveAllAsync();
        Assert.Equal(ChannelReadStatus.End, end);
        Assert.Equal(isHalfClose ? 0 : 1, received.Length);
        Assert.Equal("backend_ended", await user.EndReasonAsync());
    }
}
