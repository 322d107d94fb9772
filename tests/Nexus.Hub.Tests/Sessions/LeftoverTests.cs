using Nexus.Hub.Sessions;
using Nexus.Hub.Tests.Peers;
using Nexus.Protocol.Naming;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Sessions;

/// <summary>What users and sessions leave behind in a hub that goes on: nothing. Alone, because the heap is everybody's.</summary>
[Collection(nameof(LeftoverTests))]
[CollectionDefinition(nameof(LeftoverTests), DisableParallelization = true)]
public sealed class LeftoverTests
{
    private const int Batch = 50;
    private const int Users = 10_000;
    private const int WarmUpUsers = 2_000;
    private const int Sessions = 100;
    private const int WarmUpSessions = 10;
    private const int NamesOfSession = 1_000;

    /// <summary>Far less than a stream or a name with its pool takes; buffers that transports keep fill up slowly.</summary>
    private const int BytesOfUser = 100;
    private const int BytesOfName = 100;

    private static readonly (string Key, string Value) s_seldomLogs = ("Logging:LogLevel:Default", "Information"); // the collector keeps everything

    [Fact]
    [Statement("node 143")]
    public async Task TenThousandUsers_OfOneSession_LeaveNothingBehind()
    {
        // Far fewer than users: a stream that is not given back is soon missing.
        await using var hub = await HubUnderTest.StartAsync(("Nexus:Hub:Sessions:MaxStreamsPerSession", "200"), s_seldomLogs);
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        hub.Metrics.Dispose(); // would remember every one of them
        List<WeakReference> streams = [];
        await ServeAsync(hub, backend, WarmUpUsers, streams);
        var before = Heap.Alive();
        await ServeAsync(hub, backend, Users, streams);

        // Not at once: Kestrel keeps a stream of HTTP/2 that it has reset for five seconds of its own clock.
        await Eventually.SucceedsAsync(
            () => Task.FromResult(Heap.Alive() - before < Users * BytesOfUser), () => $"{Heap.Alive() - before} bytes stayed.");
        Assert.Equal(0, hub.Streams.Count);
        Assert.DoesNotContain(streams, stream => stream.IsAlive);
    }

    [Fact]
    [Statement("node 144")]
    public async Task HundredThousandNames_RegisteredAndRemoved_LeaveNoPoolBehind()
    {
        await using var hub = await HubUnderTest.StartAsync(s_seldomLogs);
        List<WeakReference> sessions = [];
        for (var i = 0; i < WarmUpSessions; i++) await RegisterAndLeaveAsync(hub, $"warm{i}", sessions);
        var before = Heap.Alive();
        for (var i = 0; i < Sessions; i++) await RegisterAndLeaveAsync(hub, $"round{i}", sessions);

        Assert.InRange(Heap.Alive() - before, long.MinValue, (long)Sessions * NamesOfSession * BytesOfName);
        Assert.DoesNotContain(sessions, session => session.IsAlive);
        Assert.False(hub.Registry.TryChoose(RouteKey.ForHost("name0.round0.test"), new HashSet<BackendSession>(), out _));
    }

    /// <summary>Half of the users are left by the backend, some of them have ended before; the others leave, in order or not.</summary>
    private static async Task ServeAsync(HubUnderTest hub, BackendPeer backend, int count, List<WeakReference> streams)
    {
        for (var served = 0; served < count; served += Batch)
        {
            var users = await Task.WhenAll(Enumerable.Range(0, Batch).Select(_ => hub.ConnectAsync("app.test", [1])));
            streams.AddRange(hub.Streams.All.Select(stream => new WeakReference(stream)));
            foreach (var user in users.Where((_, i) => i % 4 == 0)) await user.FinishAsync();
            for (var i = 0; i < Batch; i++)
            {
                var id = (await backend.ReceiveEventAsync("connect")).Id;
                if (i % 2 == 0) await backend.SendDataAsync(id, [2]);
                if (i % 2 == 0) await backend.SendEventAsync("disconnect", id);
            }

            foreach (var user in users) await user.DisposeAsync();
        }

        await hub.Streams.WhenEmptyAsync(TestContext.Current.CancellationToken).BoundedAsync();
    }

    private static async Task RegisterAndLeaveAsync(HubUnderTest hub, string zone, List<WeakReference> sessions)
    {
        var names = Enumerable.Range(0, NamesOfSession).Select(i => $"name{i}.{zone}.test").ToArray();
        await using (await BackendPeer.LoginAsync(hub, names))
        {
            Assert.True(hub.Registry.TryChoose(RouteKey.ForHost(names[0]), new HashSet<BackendSession>(), out var session));
            sessions.Add(new WeakReference(session));
        }

        var present = names.ToHashSet();
        while (present.Count > 0) // each withdrawal is announced
        {
            var delta = (await hub.Region.Directory.NextAsync()).Delta;
            foreach (var removal in delta?.Removals ?? []) present.Remove(DirectoryPeer.Text(removal));
        }
    }
}
