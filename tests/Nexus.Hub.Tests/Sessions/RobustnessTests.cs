using Nexus.Hub.Tests.Peers;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Sessions;

/// <summary>spec/node.md §18, 143 to 146: what strangers and broken peers do leaves nothing behind.</summary>
public sealed class RobustnessTests
{
    [Fact]
    public async Task Messages_OfRandomBytes_NeverEndTheSession()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        var random = new Random(4711);
        for (var i = 0; i < 2_000; i++)
        {
            var message = new byte[random.Next(200)];
            random.NextBytes(message);
            if (message.Length > 0 && i % 3 > 0) message[0] = (byte)(i % 3);
            await backend.Socket.SendBinaryAsync(message);
        }

        await backend.SettleAsync();
        await backend.SendDataAsync(connect.Id, [5]);
        Assert.Equal([5], await user.ReceiveAsync(1));
    }

    [Fact]
    public async Task Connection_OfRandomBytesAfterLogin_EndsItAlone()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var healthy = await BackendPeer.LoginAsync(hub, "app.test");
        for (var i = 0; i < 20; i++)
        {
            await using var broken = await BackendPeer.LoginAsync(hub, "broken.test");
            await broken.Socket.WriteAsync(TestBytes.Of(500, seed: i));
            broken.FinishSending();
            while (await broken.Socket.ReceiveAsync() is not null)
            {
                // Whatever it is answered, it ends.
            }
        }

        await using var user = await hub.ConnectAsync("app.test");
        await healthy.ReceiveEventAsync("connect");
    }

    [Fact]
    public async Task Streams_OpenedAndEndedManyTimes_LeaveNothingBehind()
    {
        await using var hub = await HubUnderTest.StartAsync(("Nexus:Hub:Sessions:MaxStreamsPerSession", "2"));
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        for (var i = 0; i < 300; i++)
        {
            await using var user = await hub.ConnectAsync("app.test", [1]);
            var connect = await backend.ReceiveEventAsync("connect");
            await backend.SendEventAsync("disconnect", connect.Id);
            Assert.Equal(ChannelReadStatus.End, (await user.ReceiveAllAsync()).End);
        }

        await hub.Metrics.WaitForSumAsync("nexus.hub.active_streams", 0);
        await hub.Metrics.WaitForSumAsync("nexus.hub.streams", 300, ("end", "backend_ended"));
        Assert.Equal(0, hub.Metrics.Observe("nexus.hub.queued_frames"));
    }

    [Fact]
    [Statement("seen 9")]
    public async Task Backend_ThatReadsNothing_IsGivenUpAfterTheWriteDeadline_AndNobodyElse()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        await using var other = await BackendPeer.LoginAsync(hub, "other.test");
        await using var otherUser = await hub.ConnectAsync("other.test");
        var otherId = (await other.ReceiveEventAsync("connect")).Id;
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        List<UserPeer> users = [];
        List<Task> sending = [];
        for (var i = 0; i < 12; i++) // together more than sockets and TLS hold
        {
            users.Add(await hub.ConnectAsync("app.test"));
            sending.Add(users[i].SendAsync(new byte[1_500_000]));
        }

        await hub.AdvanceUntilAsync(hub.Metrics.WaitForAsync("nexus.hub.session.duration", ("end", "write_timeout")));
        foreach (var user in users) Assert.Equal(ChannelReadStatus.Reset, (await user.ReceiveAllAsync()).End);
        await hub.Metrics.WaitForSumAsync("nexus.hub.streams", 12, ("end", "session_lost"));
        await other.SendDataAsync(otherId, [7]);
        Assert.Equal([7], await otherUser.ReceiveAsync(1));
        await Task.WhenAll(sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        foreach (var user in users) await user.DisposeAsync();
    }

    [Fact]
    public async Task Backend_ThatReadsNothingAndBreaksTheProtocol_IsCutOffAllTheSame()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        List<UserPeer> users = [];
        List<Task> sending = [];
        for (var i = 0; i < 12; i++) // together more than sockets and TLS hold
        {
            users.Add(await hub.ConnectAsync("app.test"));
            sending.Add(users[i].SendAsync(new byte[1_500_000]));
        }

        await backend.Socket.SendAsync(RawFrame.BinaryOpcode, [1], reserved: 7);
        // No clock is needed for it; one that moved on would find a write that is stuck.
        await hub.Metrics.WaitForAsync("nexus.hub.session.duration", ("end", "protocol_error"));
        await hub.AdvanceUntilAsync(backend.EndedAsync());

        await Task.WhenAll(sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        foreach (var user in users) await user.DisposeAsync();
    }
}
