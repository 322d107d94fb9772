using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Sessions;

/// <summary>What users who do not read can hold of the hub, and of each other.</summary>
public sealed class SlowUsersTests
{
    private const int Frame = 32 * 1024;
    private const int Stalled = 6;

    [Fact]
    [Statement("seen 8")]
    public async Task Memory_OfStalledUsers_IsBounded_AndThoseWhoHoldMostAreReset()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync(("Nexus:Hub:Sessions:MaxQueuedMegabytes", "8"));
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var sibling = await hub.ConnectAsync("app.test");
        var healthy = (await backend.ReceiveEventAsync("connect")).Id;
        List<UserPeer> stalled = [];
        for (var i = 0; i < Stalled; i++)
        {
            stalled.Add(await hub.ConnectAsync("app.test"));
            var id = (await backend.ReceiveEventAsync("connect")).Id;
            for (var frame = 0; frame < 100; frame++) await backend.SendDataAsync(id, new byte[Frame]); // what a client in good faith may send at most: 64 + 8 + some
        }

        await backend.SendEventAsync("ping_client", healthy);
        await backend.ReceiveEventAsync("pong_client");
        Assert.True(hub.Metrics.Observe("nexus.hub.queued_bytes") > 8 << 20);
        await hub.AdvanceUntilAsync(hub.Metrics.WaitForAsync("nexus.hub.streams", ("end", "memory_limit")));
        for (var i = 0; i < 30 && hub.Metrics.Observe("nexus.hub.queued_bytes") > 8 << 20; i++) await hub.AdvanceAsync(1); // those that end give back in their own time

        Assert.True(hub.Metrics.Observe("nexus.hub.queued_bytes") <= 8 << 20);
        Assert.InRange(hub.Metrics.Sum("nexus.hub.streams", ("end", "memory_limit")), 1, Stalled - 1);
        await backend.SendDataAsync(healthy, [7]);
        Assert.Equal([7], await sibling.ReceiveAsync(1));
        foreach (var user in stalled) await user.DisposeAsync();
    }

    [Fact]
    [Statement("seen 8")]
    public async Task Backend_ThatKeepsToPauses_KeepsStalledUsersToTheirShare_AndEveryoneGetsAll()
    {
        const int Users = 24;
        const int Frames = 64;
        await using var hub = await HubUnderTest.StartAsync(("Nexus:Hub:Sessions:PauseAboveMegabytes", "8"));
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        List<(UserPeer User, Guid Id)> users = [];
        for (var i = 0; i < Users; i++) users.Add((await hub.ConnectAsync("app.test"), (await backend.ReceiveEventAsync("connect")).Id));
        var paused = new HashSet<Guid>();
        var sent = users.ToDictionary(user => user.Id, _ => 0);
        for (var round = 0; round < Frames; round++)
        {
            foreach (var (_, id) in users.Where(user => !paused.Contains(user.Id)))
            {
                await backend.SendDataAsync(id, new byte[Frame]);
                sent[id]++;
            }

            await LearnAsync();
        }

        Assert.Equal(Users, paused.Count); // and not one by a reset
        Assert.InRange(hub.Metrics.Observe("nexus.hub.queued_bytes") ?? 0, 4 << 20, 12 << 20); // of 48 MiB
        Assert.All(sent.Values, count => Assert.InRange(count, 1, Frames - 1));

        foreach (var (user, id) in users)
        {
            Assert.Equal(sent[id] * Frame, (await user.ReceiveAsync(sent[id] * Frame)).Length);
            while (paused.Contains(id)) Learn(await backend.ReceiveAsync());
            await user.DisposeAsync();
        }

        await hub.Streams.WhenEmptyAsync(TestContext.Current.CancellationToken).BoundedAsync();
        Assert.Equal(0, hub.Metrics.Observe("nexus.hub.queued_bytes"));
        Assert.Equal(0, hub.Metrics.Sum("nexus.hub.streams", ("end", "memory_limit")));

        async Task LearnAsync()
        {
            await backend.SendEventAsync("ping_client", users[0].Id); // its answer comes behind whatever was said before
            while (await backend.ReceiveAsync() is { Event: not "pong_client" } message) Learn(message);
        }

        void Learn(PeerMessage? message)
        {
            if (message is { Event: "pause_stream" }) paused.Add(message.Id);
            if (message is { Event: "resume_stream" }) paused.Remove(message.Id);
        }
    }

    [Fact]
    [Statement("node 62")]
    public async Task UserThatNeverReads_Its63SiblingsGoOn()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var stalled = await hub.ConnectAsync("app.test");
        var stuck = (await backend.ReceiveEventAsync("connect")).Id;
        List<(UserPeer User, Guid Id)> siblings = [];
        for (var i = 0; i < 63; i++) siblings.Add((await hub.ConnectAsync("app.test"), (await backend.ReceiveEventAsync("connect")).Id));
        for (var frame = 0; frame < 100; frame++) await backend.SendDataAsync(stuck, new byte[Frame]);
        await backend.SendEventAsync("ping_client", siblings[0].Id);
        await backend.ReceiveEventAsync("pong_client");
        Assert.True(hub.Metrics.Observe("nexus.hub.queued_frames") > 0); // it is full as far as it goes

        for (var round = 0; round < 3; round++)
        {
            foreach (var (user, id) in siblings)
            {
                await user.SendAsync([1]);
                while (await backend.ReceiveAsync() is { } message && !(message.IsData && message.Id == id))
                {
                    // Grants for the one that is stuck.
                }

                await backend.SendDataAsync(id, [2]);
                Assert.Equal([2], await user.ReceiveAsync(1));
            }
        }

        foreach (var (user, _) in siblings) await user.DisposeAsync();
    }
}
