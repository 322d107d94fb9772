using Nexus.Contracts.Carriers;
using Nexus.Hub.Tests.Peers;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Sessions;

/// <summary>spec/node.md §2.12 and design §10: an orderly stop.</summary>
public sealed class DrainTests
{
    [Fact]
    [Statement("node 74")]
    public async Task Stop_WithAStreamUnderWay_WithdrawsRefusesFinishesAndCloses1001()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        await hub.Region.Directory.WaitForAsync("app.test", weight: 1);
        var stopped = hub.BeginStop();

        await hub.Region.Directory.WaitForAsync("app.test", weight: 0);
        Assert.Equal(OpenRefusal.Unavailable, (await hub.OpenAsync("app.test")).Refusal);
        await backend.SendDataAsync(connect.Id, [1, 2, 3]);
        Assert.Equal([1, 2, 3], await user.ReceiveAsync(3));
        Assert.False(stopped.IsCompleted);

        await backend.SendEventAsync("disconnect", connect.Id);
        Assert.Equal(ChannelReadStatus.End, (await user.ReceiveAllAsync()).End);
        var close = await backend.ReceiveCloseAsync();
        Assert.Equal(1001, close.CloseCode);
        await backend.DisposeAsync();
        await stopped.BoundedAsync();
        await hub.Metrics.WaitForAsync("nexus.hub.session.duration", ("end", "drained"));
    }

    [Fact]
    [Statement("node 74")]
    public async Task Stop_StreamOutlivesTheLimit_IsResetAsDrained()
    {
        await using var hub = await HubUnderTest.StartAsync(("Nexus:Drain:Limit", "00:00:00.200"));
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        await backend.ReceiveEventAsync("connect");
        var stopped = hub.BeginStop();

        Assert.Equal(ChannelReadStatus.Reset, (await user.ReceiveAllAsync()).End);
        Assert.Equal("drained", await user.EndReasonAsync());
        Assert.Equal(1001, (await backend.ReceiveCloseAsync()).CloseCode);
        await backend.DisposeAsync();
        await stopped.BoundedAsync();
    }

    [Fact]
    public async Task Stop_HandshakeUnderWay_IsEndedWith1001()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        var stopped = hub.BeginStop();

        Assert.Equal(1001, (await peer.ReceiveCloseAsync()).CloseCode);
        await peer.DisposeAsync();
        await stopped.BoundedAsync();
        await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("outcome", "draining"));
    }
}
