using System.Text;
using Nexus.Contracts.Carriers;
using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Streams;

/// <summary>spec/node.md §4: UDP flows, from an edge's call to the backend's frames.</summary>
public sealed class DatagramsTests
{
    private static readonly (string, string)[] s_allowed =
        [("Nexus:Hub:Authentication:AllowedUdpPortClaims:0", "53"), ("Nexus:Hub:Authentication:AllowedUdpPortClaims:1", "54")];

    [Fact]
    [Statement("node 94")]
    public async Task Datagrams_OneToOneWithFrames_BothWaysEmptyOnesIncluded()
    {
        await using var hub = await HubUnderTest.StartAsync(s_allowed);
        await using var backend = await LoginAsync(hub);
        await using var edge = new FlowPeer(hub);
        edge.Open(1);
        edge.Send(1, "one");
        edge.Send(1, "");
        edge.Send(1, "three");

        var connect = await backend.ReceiveEventAsync("connect");
        Assert.Equal(
            $$"""{"event":"connect","client_id":"{{connect.Id}}","conn_port":53,"client_ip":"192.0.2.7:5353","transport":"udp","hostname":"udp:53","credits":64}""",
            connect.Json.GetRawText());
        foreach (var expected in (string[])["one", "", "three"]) await ExpectAsync(backend, connect.Id, expected);

        await backend.SendDataAsync(connect.Id, []);
        await backend.SendDataAsync(connect.Id, "answer"u8.ToArray());
        Assert.Equal(0, (await edge.NextAsync()).Datagram?.Length);
        Assert.Equal("answer"u8.ToArray(), (await edge.NextAsync()).Datagram);
    }

    [Fact]
    [Statement("node 97")]
    public async Task Datagrams_OfTheLargestFrame_PassBothWays()
    {
        await using var hub = await HubUnderTest.StartAsync(s_allowed);
        await using var backend = await LoginAsync(hub);
        await using var edge = new FlowPeer(hub);
        var large = new byte[32 * 1024];
        Random.Shared.NextBytes(large);
        edge.Open(1);
        Assert.False(edge.TrySend(1, new byte[large.Length + 1]));
        Assert.True(edge.TrySend(1, large));

        var connect = await backend.ReceiveEventAsync("connect");
        Assert.Equal(large, (await backend.ReceiveAsync())?.Data);
        await backend.SendDataAsync(connect.Id, large);
        Assert.Equal(large, (await edge.NextAsync()).Datagram);
    }

    [Fact]
    [Statement("node 98")]
    public async Task Datagrams_TenThousandWithoutAGrant_AllPass_AndRepliesAreGranted()
    {
        await using var hub = await HubUnderTest.StartAsync(s_allowed);
        await using var backend = await LoginAsync(hub);
        await using var edge = new FlowPeer(hub);
        edge.Open(1);
        edge.Send(1, "first");
        var id = (await backend.ReceiveEventAsync("connect")).Id;
        await ExpectAsync(backend, id, "first");
        await backend.SendEventAsync("resume_stream", id, ""","credits":4""");

        var credits = 0L;
        for (var i = 0; i < 10_000; i++)
        {
            // Each waits for the one before: nothing is lost because nothing piles up.
            edge.Send(1, $"{i}");
            var message = await backend.ReceiveAsync();
            for (; message is { IsData: false }; message = await backend.ReceiveAsync()) credits += message.Credits;
            Assert.NotNull(message);
            Assert.Equal($"{i}", Encoding.UTF8.GetString(message.Data));
            await backend.SendDataAsync(id, message.Data);
            Assert.Equal(message.Data, (await edge.NextAsync()).Datagram);
        }

        Assert.InRange(credits, 10_000 - 16, 10_000);
    }

    [Fact]
    [Statement("node 98")]
    public async Task Backend_ThatReadsNothing_LosesDatagrams_AndNobodyElseIsDelayed()
    {
        await using var hub = await HubUnderTest.StartAsync(s_allowed);
        await using var stuck = await LoginAsync(hub);
        await using var other = await LoginAsync(hub, 54);
        await using var edge = new FlowPeer(hub);
        edge.Open(1);
        edge.Open(2, 54);
        edge.Send(2, "begin");
        var id = (await other.ReceiveEventAsync("connect")).Id;
        await ExpectAsync(other, id, "begin");

        var datagram = new byte[16 * 1024];
        for (var i = 0; hub.Metrics.Sum("nexus.hub.datagrams.dropped", ("direction", "to_backend")) == 0; i++)
        {
            edge.TrySend(1, datagram);
            edge.Send(2, $"{i}");
            await ExpectAsync(other, id, $"{i}");
            Assert.InRange(i, 0, 100_000);
        }
    }

    [Fact]
    [Statement("node 95")]
    public async Task Flow_EndedByTheEdge_BackendIsTold_AndTheNextHasAnotherId()
    {
        await using var hub = await HubUnderTest.StartAsync(s_allowed);
        await using var backend = await LoginAsync(hub);
        await using var edge = new FlowPeer(hub);
        edge.Open(1);
        edge.Send(1, "last words");
        edge.End(1);

        var first = await backend.ReceiveEventAsync("connect");
        await ExpectAsync(backend, first.Id, "last words");
        Assert.Equal(first.Id, (await backend.ReceiveEventAsync("disconnect")).Id);
        edge.Open(2);
        Assert.NotEqual(first.Id, (await backend.ReceiveEventAsync("connect")).Id);
    }

    [Fact]
    public async Task Flow_EndedByTheBackend_OrItsSession_EdgeIsTold()
    {
        await using var hub = await HubUnderTest.StartAsync(s_allowed);
        var backend = await LoginAsync(hub);
        await using var edge = new FlowPeer(hub);
        edge.Open(1);
        await backend.SendEventAsync("disconnect", (await backend.ReceiveEventAsync("connect")).Id);
        Assert.Equal((1UL, null, FlowEnd.BackendEnded), await edge.NextAsync());

        edge.Open(2);
        await backend.ReceiveEventAsync("connect");
        await backend.DisposeAsync();
        Assert.Equal((2UL, null, FlowEnd.SessionLost), await edge.NextAsync());
        await hub.Metrics.WaitForSumAsync("nexus.hub.active_flows", 0).BoundedAsync();

        await hub.Metrics.WaitForSumAsync("nexus.hub.active_sessions", 0).BoundedAsync();
        edge.Open(3);
        Assert.Equal((3UL, null, FlowEnd.NoBackend), await edge.NextAsync());
    }

    [Fact]
    public async Task Call_Lost_ItsFlowsEndAtTheBackend()
    {
        await using var hub = await HubUnderTest.StartAsync(s_allowed);
        await using var backend = await LoginAsync(hub);
        var edge = new FlowPeer(hub);
        edge.Open(1);
        var connect = await backend.ReceiveEventAsync("connect");
        await edge.DisposeAsync();
        Assert.Equal(connect.Id, (await backend.ReceiveEventAsync("disconnect")).Id);
    }

    /// <summary>Flows of other regions keep their name (spec/node.md §5.8); nobody gets that of somebody else.</summary>
    [Fact]
    public async Task Flow_ThatHasAnId_KeepsIt_AndNoOtherGetsIt()
    {
        await using var hub = await HubUnderTest.StartAsync(s_allowed);
        await using var backend = await LoginAsync(hub);
        await using var mesh = new FlowPeer(hub);
        var id = Nexus.Protocol.Backend.StreamId.New();
        mesh.Open(1, FlowPeer.Request(53) with { FlowId = id });
        Assert.Equal(id.ToGuid(), (await backend.ReceiveEventAsync("connect")).Id);
        mesh.Open(2, FlowPeer.Request(53) with { FlowId = id });
        Assert.Equal((2UL, FlowEnd.Full), await mesh.NextAsync() is { } refused ? (refused.Flow, refused.End) : default);
        mesh.Send(1, "still mine");
        await ExpectAsync(backend, id.ToGuid(), "still mine");
    }

    /// <summary>The call is open as long as its edge runs: the hub's stop does not wait for that.</summary>
    [Fact]
    public async Task Stop_WithAnEdgesCallOpen_EndsItAndIsPrompt()
    {
        await using var hub = await HubUnderTest.StartAsync(s_allowed);
        await using var backend = await LoginAsync(hub);
        await using var edge = new FlowPeer(hub);
        edge.Open(1);
        await backend.ReceiveEventAsync("connect");
        await hub.BeginStop().BoundedAsync();
    }

    [Fact]
    public async Task Open_WhatIsNoUdpClaim_IsRefused()
    {
        await using var hub = await HubUnderTest.StartAsync([.. s_allowed, ("Nexus:Hub:Sessions:MaxFlowsPerSession", "1")]);
        await using var backend = await LoginAsync(hub);
        await using var edge = new FlowPeer(hub);
        edge.Open(1, FlowPeer.Request(53) with { Transport = "tcp" });
        Assert.Equal((1UL, null, FlowEnd.Invalid), await edge.NextAsync());
        edge.Open(2, FlowPeer.Request(53) with { Host = "app.test", ClaimedPort = 0 });
        Assert.Equal((2UL, null, FlowEnd.Invalid), await edge.NextAsync());
        edge.Open(3, FlowPeer.Request(53) with { ClaimedPort = 5 });
        Assert.Equal((3UL, null, FlowEnd.NoBackend), await edge.NextAsync());
        edge.Open(4);
        edge.Open(5);
        Assert.Equal((5UL, null, FlowEnd.Full), await edge.NextAsync());
    }

    [Fact]
    [Statement("node 53")]
    public async Task Backend_PausesPingsAndGrantsNonsense_FlowGoesOn()
    {
        await using var hub = await HubUnderTest.StartAsync(s_allowed);
        await using var backend = await LoginAsync(hub);
        await using var edge = new FlowPeer(hub);
        edge.Open(1);
        var id = (await backend.ReceiveEventAsync("connect")).Id;
        await backend.SendEventAsync("pause_stream", id);
        await backend.SendEventAsync("resume_stream", id, ""","credits":9223372036854775807""");
        await backend.SendEventAsync("ping_client", id);
        Assert.Equal(id, (await backend.ReceiveEventAsync("pong_client")).Id);
        edge.Send(1, "still here");
        await ExpectAsync(backend, id, "still here");
    }

    private static Task<BackendPeer> LoginAsync(HubUnderTest hub, int port = 53) => BackendPeer.LoginAsync(
        hub, new Dictionary<string, object?>(TestToken.Claims()) { ["hostnames"] = null, ["udp_routes"] = new[] { new { port } } });

    private static async Task ExpectAsync(BackendPeer backend, Guid id, string datagram)
    {
        var message = await backend.ReceiveAsync();
        Assert.Equal((id, datagram), (message?.Id ?? default, Encoding.UTF8.GetString(message?.Data ?? [])));
        Assert.True(message?.IsData);
    }
}
